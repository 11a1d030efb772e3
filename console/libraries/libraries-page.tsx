import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { ServedLibrary } from "#contract/support-libraries";
import {
  deleteLibrary,
  exportLibrary,
  restoreLibrary,
  servedLibrariesQuery,
  suspendLibrary,
} from "../api/support-libraries.ts";
import { useAction } from "../api/use-action.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { RowAct } from "../controls/row-act.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { Told } from "../controls/told.tsx";
import { announceAct } from "../page/announcer.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { instantText } from "../words/format.ts";
import { DeleteDialog } from "./delete-dialog.tsx";
import { ReasonDialog } from "./reason-dialog.tsx";
import { suspensionAct, suspensionOf, suspensionQuestion } from "./suspension.ts";

interface Chosen {
  readonly library: ServedLibrary;
  readonly act: "delete" | "export" | "suspension";
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
  if (deleteAt !== undefined)
    return <StateTag status="SUSPENDED" word={`Will be deleted on ${instantText(deleteAt, timeZone)}`} />;
  return suspended ? <StateTag status="SUSPENDED" word="Suspended" /> : <StateTag status="ACTIVE" word="Active" />;
}

function question({ library, act }: Chosen) {
  if (act === "suspension") return suspensionQuestion(library);
  return {
    title: `Export everything that ${library.name} has?`,
    means:
      "Files of its patrons with their media and what they have had, titles, service queues, settings, and audit. Only Keystone sees them, for a day. The library’s audit tells that they were made.",
    yes: "Export",
  };
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
  const [, go] = useLocation();
  const exporting = useAction(exportLibrary, ({ library, exportId }) => {
    announceAct("The export has started.");
    go(views.libraryExport.replace(":library", library).replace(":exportId", exportId));
  });
  const ask = (asked: Chosen) => {
    change.reset();
    exporting.reset();
    setTold({ turn: 0, sentence: "" });
    choose(asked);
  };
  const confirmed = (library: ServedLibrary, act: Chosen["act"], reason: string) => {
    choose(undefined);
    if (act === "export") exporting.mutate({ library: library.library, reason });
    else change.mutate({ library, act, reason });
  };
  return (
    <>
      <PageHeading intro="Every library that Keystone serves. What you do here is in Keystone’s audit.">
        Libraries
      </PageHeading>
      <Told turn={told.turn}>{told.sentence}</Told>
      {[change, exporting].map(({ error }) => error !== null && <Failure key={error.message} error={error} didAct />)}
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
                isOnScreenOnly: true,
                cell: (it) => (
                  <div className="row-acts">
                    <RowAct
                      words={suspensionAct[suspensionOf(it)]}
                      of={it.name}
                      act={() => ask({ library: it, act: "suspension" })}
                    />
                    <RowAct words="Export everything" of={it.name} act={() => ask({ library: it, act: "export" })} />
                    {it.deleteAt === undefined && (
                      <RowAct
                        words="Delete this library"
                        of={it.name}
                        act={() => ask({ library: it, act: "delete" })}
                      />
                    )}
                  </div>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <ReasonDialog
        asked={chosen === undefined || chosen.act === "delete" ? undefined : question(chosen)}
        onConfirm={(reason) => chosen && confirmed(chosen.library, chosen.act, reason)}
        onDismiss={() => choose(undefined)}
      />
      <DeleteDialog
        library={chosen?.act === "delete" ? chosen.library : undefined}
        onDismiss={() => choose(undefined)}
        onConfirm={(library, reason) => confirmed(library, "delete", reason)}
      />
    </>
  );
}
