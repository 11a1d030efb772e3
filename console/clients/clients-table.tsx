import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ClientAnswer, ClientWithSecretAnswer } from "#contract/clients";
import { removeClient, rotateClient } from "../api/clients.ts";
import { libraryQuery } from "../api/library.ts";
import { useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { RowAct } from "../controls/row-act.tsx";
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
    (_, { name }) => onDone(`${name} was removed.`),
  );
  const failed = rotate.error ?? remove.error;
  const start = (client: ClientAnswer, act: Question["act"]) => {
    for (const one of [rotate, remove]) if (!one.isPending) one.reset();
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
        empty="No clients yet."
        isStale={isStale}
        columns={[
          { head: "Name", cell: ({ name }) => name },
          { head: "Client ID", cell: ({ clientId }) => <code>{clientId}</code> },
          { head: "Role", cell: ({ role }) => label(role) },
          { head: "Created", cell: ({ createdAt }) => instantText(createdAt, timeZone) },
          {
            head: "Actions",
            isOnScreenOnly: true,
            cell: (client) => (
              <div className="row-acts">
                <RowAct
                  words="New secret"
                  of={`${client.name}, ${client.clientId}`}
                  act={() => start(client, "rotate")}
                />
                <RowAct words="Remove" of={`${client.name}, ${client.clientId}`} act={() => start(client, "remove")} />
              </div>
            ),
          },
        ]}
      />
      <ConfirmDialog
        isOpen={question !== undefined}
        title={isRotating ? `Give ${question.client.name} a new secret?` : `Remove ${question?.client.name ?? ""}?`}
        confirm={isRotating ? "Give a new secret" : "Remove"}
        dismiss="Cancel"
        onDismiss={() => ask(undefined)}
        onConfirm={() => {
          ask(undefined);
          if (question !== undefined) (isRotating ? rotate : remove).mutate(question.client);
        }}
      >
        <p>
          {isRotating
            ? "Its current secret stops working: the system cannot call the API until it has the new one."
            : "The system that uses it is locked out within a minute. This cannot be undone, but you can create a new client."}
        </p>
      </ConfirmDialog>
    </>
  );
}
