import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import type { QuerySetAnswer } from "#contract/query-sets";
import { libraryQuery } from "../api/library.ts";
import { querySetQuery, startQuerySet } from "../api/query-sets.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { ProgressBar } from "../controls/progress-bar.tsx";
import { announce } from "../page/announcer.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { Steps } from "../page/steps.tsx";
import { amount, patrons } from "../words/format.ts";
import { Members } from "./members.tsx";
import { NotFound } from "./not-found.tsx";
import { SummaryTables } from "./summary-tables.tsx";

/** Who was found: wanted patrons in, unwanted ones out. */
export function QuerySetPage({ querySetId }: { querySetId: string }) {
  const querySet = useQuery(querySetQuery(querySetId));
  const status = querySet.data?.status;
  const before = useRef(status);
  useEffect(() => {
    if (before.current === "BUILDING" && status === "READY") announce("The results are ready.");
    if (before.current === "BUILDING" && status === "FAILED") announce("The query failed.");
    before.current = status;
  }, [status]);
  return (
    <>
      <Steps current="Results" />
      <PageHeading>Results to review</PageHeading>
      <Loaded from={querySet}>
        {(it) => (
          <>
            <section className="statement" aria-labelledby="statement">
              <h2 id="statement">Search statement</h2>
              <p>{it.searchStatement}</p>
            </section>
            <State querySet={it} />
          </>
        )}
      </Loaded>
    </>
  );
}

function State({ querySet }: { querySet: QuerySetAnswer }) {
  switch (querySet.status) {
    case "AWAITING_UPLOAD":
      return <AwaitingUpload querySetId={querySet.querySetId} />;
    case "BUILDING":
      return (
        <>
          <p>The library’s patrons are being looked through. This page goes on by itself.</p>
          <ProgressBar
            name="Looking through the patrons"
            done={querySet.progress.done}
            total={querySet.progress.total}
            unit="parts"
          />
        </>
      );
    case "FAILED":
      return (
        <Notice kind="error" title="The query could not be run">
          <p>{querySet.stateReason ?? "The reason is not known."}</p>
          <p>
            Nothing has been changed. <Link href="/patrons">Go back and try again</Link>.
          </p>
        </Notice>
      );
    case "READY":
      return <Ready querySet={querySet} />;
  }
}

function AwaitingUpload({ querySetId }: { querySetId: string }) {
  const start = useAction((id: string, onceKey) => startQuerySet(id, onceKey));
  return (
    <>
      {start.error !== null && <Failure error={start.error} didAct />}
      <Notice kind="warning" title="The file of ids has not been read yet">
        <p>If it was sent, start reading it. If not, choose the file again.</p>
        <div className="actions">
          <button type="button" className="usa-button" onClick={() => start.mutate(querySetId)}>
            Start reading it
          </button>
          <Link href="/patrons">Choose the file again</Link>
        </div>
      </Notice>
    </>
  );
}

function Ready({ querySet }: { querySet: QuerySetAnswer }) {
  const library = useQuery(libraryQuery());
  const { matched = 0, excluded = 0, notFound = 0, duplicates = 0 } = querySet.counts ?? {};
  const left = matched - excluded;
  return (
    <>
      <dl className="counts">
        <div className="count-main">
          <dt>In the query set</dt>
          <dd>{amount(left)}</dd>
        </div>
        <div>
          <dt>Found</dt>
          <dd>{amount(matched)}</dd>
        </div>
        <div>
          <dt>Left out</dt>
          <dd>{amount(excluded)}</dd>
        </div>
        {notFound > 0 && (
          <div>
            <dt>Ids not found</dt>
            <dd>{amount(notFound)}</dd>
          </div>
        )}
        {duplicates > 0 && (
          <div>
            <dt>Ids given more than once</dt>
            <dd>{amount(duplicates)}</dd>
          </div>
        )}
      </dl>
      {left === 0 ? (
        <Notice kind="warning" title={matched === 0 ? "No patron was found" : "Everyone is left out"}>
          <p>
            A batch update needs at least one patron.{" "}
            {matched === 0 ? <Link href="/patrons">Change the query</Link> : "Bring someone back in below."}
          </p>
        </Notice>
      ) : (
        <div className="actions">
          <Link href={`/query-sets/${querySet.querySetId}/batch-update`} className="usa-button usa-button--big">
            Use this query set ({patrons(left)})
          </Link>
        </div>
      )}
      {notFound > 0 && <NotFound querySetId={querySet.querySetId} count={notFound} />}
      {matched > 0 && (
        <>
          <Members querySetId={querySet.querySetId} library={library.data} />
          <SummaryTables querySetId={querySet.querySetId} library={library.data} excluded={excluded} />
        </>
      )}
    </>
  );
}
