import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { ServedLibrary } from "#contract/support-libraries";
import { deleteLibrary, restoreLibrary, servedLibrariesQuery, suspendLibrary } from "../api/support-libraries.ts";
import { useAction } from "../api/use-action.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Told } from "../controls/told.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { instantText } from "../words/format.ts";
import { DeleteDialog } from "./delete-dialog.tsx";
import { SuspendDialog, suspensionAct, suspensionOf } from "./suspend-dialog.tsx";

interface Chosen {
  readonly library: ServedLibrary;
  readonly act: "delete" | "suspension";
}

function changed({ library, act, reason }: Chosen & { readonly reason: string }) {
  const named = { library: library.library, reason };
  if (act === "delete") return deleteLibrary(named);
  return suspensionOf(library) === "restore"
    ? restoreLibrary(named)
    : suspendLibrary({ ...named, suspended: !library.suspended });
}

function saying({ name, suspended, deleteAt, timeZone }: ServedLibrary): string {
  if (deleteAt !== undefined)
    return `${name} is suspended and will be deleted. You can cancel that until ${instantText(deleteAt, timeZone)}.`;
  return suspended ? `${name} is suspended. It takes effect within a minute.` : `${name} was reinstated.`;
}

function Standing({ library: { suspended, deleteAt, timeZone } }: { readonly library: ServedLibrary }) {
  if (deleteAt !== undefined) return <>Will be deleted on {instantText(deleteAt, timeZone)}</>;
  return <>{suspended ? "Suspended" : "Active"}</>;
}

/** Every library that Keystone serves. */
export function LibrariesPage() {
  const client = useQueryClient();
  const libraries = useQuery(servedLibrariesQuery());
  const [chosen, choose] = useState<Chosen>();
  const [told, setTold] = useState({ turn: 0, sentence: "" });
  const change = useAction(changed, async (library) => {
    setTold(({ turn }) => ({ turn: turn + 1, sentence: saying(library) }));
    await client.invalidateQueries({ queryKey: ["served-libraries"] });
  });
  const ask = (asked: Chosen) => {
    change.reset();
    setTold({ turn: 0, sentence: "" });
    choose(asked);
  };
  const confirmed = (library: ServedLibrary, act: Chosen["act"], reason: string) => {
    choose(undefined);
    change.mutate({ library, act, reason });
  };
  return (
    <>
      <PageHeading intro="Every library that Keystone serves. What you do here is in Keystone’s audit.">
        Libraries
      </PageHeading>
      <Told turn={told.turn}>{told.sentence}</Told>
      {change.error !== null && <Failure error={change.error} didAct />}
      <p>
        <Link className="usa-button" href={views.newLibrary}>
          New library
        </Link>
      </p>
      <Loaded from={libraries}>
        {(items) => (
          <DataTable
            caption="Libraries, by ID"
            rows={items}
            rowKey={({ library }) => library}
            empty="No libraries yet."
            columns={[
              { head: "Library", cell: ({ library }) => library },
              { head: "Name", cell: ({ name }) => name },
              { head: "Time zone", cell: ({ timeZone }) => timeZone },
              { head: "Status", cell: (it) => <Standing library={it} /> },
              {
                head: "Since",
                cell: ({ createdAt, timeZone }) => (createdAt === undefined ? "" : instantText(createdAt, timeZone)),
              },
              {
                head: "Actions",
                cell: (it) => (
                  <div className="row-acts">
                    <button
                      type="button"
                      className="usa-button usa-button--unstyled"
                      onClick={() => ask({ library: it, act: "suspension" })}
                    >
                      {suspensionAct[suspensionOf(it)]}
                      <span className="usa-sr-only"> ({it.name})</span>
                    </button>
                    {it.deleteAt === undefined && (
                      <button
                        type="button"
                        className="usa-button usa-button--unstyled"
                        onClick={() => ask({ library: it, act: "delete" })}
                      >
                        Delete this library<span className="usa-sr-only"> ({it.name})</span>
                      </button>
                    )}
                  </div>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <SuspendDialog
        library={chosen?.act === "suspension" ? chosen.library : undefined}
        onDismiss={() => choose(undefined)}
        onConfirm={(library, reason) => confirmed(library, "suspension", reason)}
      />
      <DeleteDialog
        library={chosen?.act === "delete" ? chosen.library : undefined}
        onDismiss={() => choose(undefined)}
        onConfirm={(library, reason) => confirmed(library, "delete", reason)}
      />
    </>
  );
}
