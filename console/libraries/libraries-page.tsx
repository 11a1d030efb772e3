import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { ServedLibrary } from "#contract/support-libraries";
import { servedLibrariesQuery, suspendLibrary } from "../api/support-libraries.ts";
import { useAction } from "../api/use-action.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Told } from "../controls/told.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { instantText } from "../words/format.ts";
import { SuspendDialog } from "./suspend-dialog.tsx";

/** Every library that Keystone serves. */
export function LibrariesPage() {
  const client = useQueryClient();
  const libraries = useQuery(servedLibrariesQuery());
  const [chosen, choose] = useState<ServedLibrary>();
  const [told, setTold] = useState({ turn: 0, sentence: "" });
  const change = useAction(suspendLibrary, async ({ name, suspended }) => {
    const sentence = suspended ? `${name} is suspended. It takes effect within a minute.` : `${name} was reinstated.`;
    setTold(({ turn }) => ({ turn: turn + 1, sentence }));
    await client.invalidateQueries({ queryKey: ["served-libraries"] });
  });
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
              { head: "Status", cell: ({ suspended }) => (suspended ? "Suspended" : "Active") },
              {
                head: "Since",
                cell: ({ createdAt, timeZone }) => (createdAt === undefined ? "" : instantText(createdAt, timeZone)),
              },
              {
                head: "Actions",
                cell: (it) => (
                  <button
                    type="button"
                    className="usa-button usa-button--unstyled"
                    onClick={() => {
                      change.reset();
                      setTold({ turn: 0, sentence: "" });
                      choose(it);
                    }}
                  >
                    {it.suspended ? "Reinstate" : "Suspend"}
                    <span className="usa-sr-only"> ({it.name})</span>
                  </button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <SuspendDialog
        library={chosen}
        onDismiss={() => choose(undefined)}
        onConfirm={({ library, suspended }, reason) => {
          choose(undefined);
          change.mutate({ library, suspended: !suspended, reason });
        }}
      />
    </>
  );
}
