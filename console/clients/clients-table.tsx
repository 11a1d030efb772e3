import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ClientAnswer, ClientWithSecretAnswer } from "#contract/clients";
import { removeClient, rotateClient } from "../api/clients.ts";
import { libraryQuery } from "../api/library.ts";
import { useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { instantText } from "../words/format.ts";
import { label } from "../words/labels.ts";

interface Props {
  readonly clients: readonly ClientAnswer[];
  readonly isStale: boolean;
  readonly onBegun: () => void;
  readonly onDone: (sentence: string) => Promise<void>;
  readonly onSecret: (client: ClientWithSecretAnswer) => Promise<void>;
}

interface Question {
  readonly client: ClientAnswer;
  readonly act: "rotate" | "remove";
}

export function ClientsTable({ clients, isStale, onBegun, onDone, onSecret }: Props) {
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const [question, ask] = useState<Question>();
  const rotate = useAction(({ clientId }: ClientAnswer, onceKey: string) => rotateClient(clientId, onceKey), onSecret);
  const remove = useAction(
    ({ clientId }: ClientAnswer) => removeClient(clientId),
    (_, { name }) => onDone(`${name} is removed.`),
  );
  const failed = rotate.error ?? remove.error;
  const start = (client: ClientAnswer, act: Question["act"]) => {
    if (rotate.isPending || remove.isPending) return;
    rotate.reset();
    remove.reset();
    onBegun();
    ask({ client, act });
  };
  const isRotating = question?.act === "rotate";
  return (
    <>
      {failed !== null && <Failure error={failed} didAct />}
      <DataTable
        caption="Clients of the library"
        rows={clients}
        rowKey={({ clientId }) => clientId}
        empty="There is no client so far."
        isStale={isStale}
        columns={[
          { head: "Name", cell: ({ name }) => name },
          { head: "Client id", cell: ({ clientId }) => <code>{clientId}</code> },
          { head: "Role", cell: ({ role }) => label(role) },
          { head: "Made", cell: ({ createdAt }) => instantText(createdAt, timeZone) },
          {
            head: "Acts",
            cell: (client) => (
              <div className="row-acts">
                <button
                  type="button"
                  className="usa-button usa-button--unstyled"
                  onClick={() => start(client, "rotate")}
                >
                  New secret<span className="usa-sr-only"> ({client.name})</span>
                </button>
                <button
                  type="button"
                  className="usa-button usa-button--unstyled"
                  onClick={() => start(client, "remove")}
                >
                  Remove<span className="usa-sr-only"> ({client.name})</span>
                </button>
              </div>
            ),
          },
        ]}
      />
      <ConfirmDialog
        isOpen={question !== undefined}
        title={isRotating ? `Give ${question.client.name} a new secret?` : `Remove ${question?.client.name ?? ""}?`}
        confirm={isRotating ? "Yes, give a new secret" : "Yes, remove"}
        dismiss="No, leave it"
        onDismiss={() => ask(undefined)}
        onConfirm={() => {
          ask(undefined);
          if (question !== undefined) (isRotating ? rotate : remove).mutate(question.client);
        }}
      >
        <p>
          {isRotating
            ? "The secret that it has gets no more tokens: the system stands still until it has the new one."
            : "The system that uses it is shut out within a minute. This cannot be taken back; a new client can be made."}
        </p>
      </ConfirmDialog>
    </>
  );
}
