import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { attentionQuery, executionsQuery } from "../api/support.ts";
import { servedLibrariesQuery } from "../api/support-libraries.ts";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { AttentionList } from "./attention-list.tsx";
import { ExecutionList } from "./execution-list.tsx";
import { FindJob } from "./find-job.tsx";
import { OpenInLibrary } from "./open-in-library.tsx";
import { QueueFacts } from "./queue-facts.tsx";
import { useLibraryNames } from "./use-library-names.ts";
import { useSpokenAttention } from "./use-spoken-attention.ts";
import { useSupportActs } from "./use-support-acts.tsx";

/** Executions at work that are shown here; all of them are a page away. */
const mostShown = 20;

/** Where support begins: what needs somebody, what is at work, what waits, and whose. */
export function SupportPage() {
  const attention = useQuery(attentionQuery());
  const running = useQuery(executionsQuery({ status: "RUNNING" }, { limit: mostShown, cursor: undefined }));
  const libraries = useQuery(servedLibrariesQuery());
  const nameOf = useLibraryNames();
  const { begin, view } = useSupportActs();
  useSpokenAttention(attention.data?.items);
  return (
    <>
      <PageHeading intro="What needs someone at Keystone, in all libraries. This page keeps itself up to date.">
        Support
      </PageHeading>
      {view}
      <section aria-labelledby="attention">
        <h2 id="attention">Needs attention</h2>
        <Loaded from={attention}>
          {({ items, nextCursor, unreadable }) => (
            <>
              {unreadable.length > 0 && (
                <Notice kind="warning" title="Not everything could be checked just now">
                  <p>The rest is complete, and this is checked again in a few seconds.</p>
                  <ul>
                    {unreadable.map(({ source, error }) => (
                      <li key={source}>
                        {source} <span className="aside">({error})</span>
                      </li>
                    ))}
                  </ul>
                </Notice>
              )}
              {items.length === 0 && unreadable.length === 0 && <p>Nothing. All jobs are moving along on their own.</p>}
              <AttentionList items={items} nameOf={nameOf} begin={begin} />
              {nextCursor !== undefined && <p>There is more than is shown: the oldest comes first.</p>}
            </>
          )}
        </Loaded>
      </section>
      <section aria-labelledby="running">
        <h2 id="running">Running now</h2>
        <Loaded from={running}>
          {({ items }) => (
            <ExecutionList label="Running now" items={items} nameOf={nameOf} empty="Nothing is running." />
          )}
        </Loaded>
        <p>
          <Link href={views.executions}>All executions, including past ones</Link>
        </p>
      </section>
      <section aria-labelledby="queues">
        <h2 id="queues">Queues</h2>
        <QueueFacts />
      </section>
      <section aria-labelledby="find">
        <h2 id="find">A library asks about a job</h2>
        <p>
          For example, the numbers in its report do not match, or an undo has to be reversed. Find the job, and its page
          counts its numbers again, retries and undoes.
        </p>
        <FindJob />
      </section>
      <section aria-labelledby="libraries">
        <h2 id="libraries">Libraries</h2>
        <Loaded from={libraries}>
          {(items) => (
            <ul className="things">
              {items.map(({ library, name, suspended }) => (
                <li key={library}>
                  {name} {suspended && <StateTag status="SUSPENDED" word="Suspended" />}
                  <div className="row-acts">
                    <Link href={`${views.executions}?executions.library=${encodeURIComponent(library)}`}>
                      Executions<span className="usa-sr-only"> of {name}</span>
                    </Link>
                    <OpenInLibrary library={library} at={views.batchUpdates}>
                      Batch updates<span className="usa-sr-only"> of {name}</span>
                    </OpenInLibrary>
                    <OpenInLibrary library={library} at={views.audit}>
                      Audit<span className="usa-sr-only"> of {name}</span>
                    </OpenInLibrary>
                  </div>
                  <p className="aside">{library}</p>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
        <p>
          <Link href={views.libraries}>Create, suspend, or reinstate libraries</Link>
        </p>
        <p>
          <Link href={views.keystoneAudit}>Keystone’s own audit</Link>: what support did that does not concern a single
          library
        </p>
      </section>
    </>
  );
}
