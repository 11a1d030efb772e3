import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useLocation } from "wouter";
import type { QuerySetAnswer } from "#contract/query-sets";
import { libraryQuery, meQuery } from "../api/library.ts";
import { isMissing } from "../api/problem.ts";
import { querySetQuery, renameQuerySet, startQuerySet } from "../api/query-sets.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { Notice } from "../controls/notice.tsx";
import { ProgressBar } from "../controls/progress-bar.tsx";
import { Rename } from "../controls/rename.tsx";
import { announce } from "../page/announcer.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { Steps } from "../page/steps.tsx";
import { amount, instantText, patrons } from "../words/format.ts";
import { FoundSet } from "./found-set.tsx";
import { wasJustAsked } from "./just-asked.ts";
import { Members } from "./members.tsx";
import { NotFound } from "./not-found.tsx";
import { Refreshed } from "./refreshed.tsx";
import { SetActs } from "./set-acts.tsx";
import { SummaryTables } from "./summary-tables.tsx";
import { useChoicesFrom } from "./use-choices-from.ts";

/** Who was found: wanted patrons in, unwanted ones out. */
export function QuerySetPage({ querySetId }: { querySetId: string }) {
  const querySet = useQuery(querySetQuery(querySetId));
  const status = querySet.data?.status;
  // Whoever has just asked is told what was found, also where it was found at once.
  const before = useRef(wasJustAsked() ? "BUILDING" : status);
  const client = useQueryClient();
  const me = useQuery(meQuery()).data;
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const isWriter = me !== undefined && !me.roles.includes("support");
  const [, navigate] = useLocation();
  const follows = querySet.data?.batchUpdateId;
  const found = (querySet.data?.counts.matched ?? 0) - (querySet.data?.counts.excluded ?? 0);
  const isThere = !isMissing(querySet.error);
  useEffect(() => {
    const isBuilt = before.current === "BUILDING" && status === "READY";
    // Of a recipe that was started here: its review is what was asked for.
    if (isBuilt && follows !== undefined) navigate(`/batch-updates/${follows}`);
    if (isBuilt && follows === undefined) announce(`The results are ready: ${patrons(found)}.`);
    if (before.current === "BUILDING" && status === "FAILED") announce("The query failed.");
    before.current = status;
  }, [status, follows, found, navigate]);
  return (
    <>
      <Steps current="Results" />
      <PageHeading title={status === "READY" ? `Results to review: ${patrons(found)}` : undefined}>
        {isThere ? "Results to review" : "Query set not found"}
      </PageHeading>
      <FoundSet from={querySet}>
        {(it) => (
          <>
            <section className="statement" aria-labelledby="statement">
              <h2 id="statement">{it.name ?? "Search statement"}</h2>
              <p>{it.searchStatement}</p>
              {it.status !== "BUILDING" && (
                <p className="usa-hint">
                  Kept until {instantText(it.keptUntil, timeZone)}, longer if anyone uses it or while a batch update of
                  it is kept.
                </p>
              )}
              {isWriter && it.status !== "BUILDING" && (
                <p>
                  <Link href={`/patrons?from=${querySetId}`}>Change the query</Link>
                </p>
              )}
              {isWriter && (
                <Rename
                  id="set-name"
                  what="query set"
                  name={it.name}
                  rename={async (name) => {
                    client.setQueryData(["query-sets", querySetId], await renameQuerySet(querySetId, name));
                    await client.invalidateQueries({ queryKey: ["query-sets", "list"] });
                  }}
                />
              )}
            </section>
            <State querySet={it} />
          </>
        )}
      </FoundSet>
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
          <p>
            Searching the library’s patrons. This page continues by itself
            {querySet.batchUpdateId !== undefined && ", to the review of the batch update that follows"}.
          </p>
          <ProgressBar
            name="Searching patrons"
            done={querySet.progress.done}
            total={querySet.progress.total}
            unit="parts"
          />
        </>
      );
    case "FAILED":
      return (
        <Notice kind="error" title="The query could not be run">
          <p>{querySet.stateReason ?? "The reason is unknown."}</p>
          <p>Nothing has been changed. Change the query above and run it again.</p>
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
      <Notice kind="warning" title="The file of IDs has not been read yet">
        <p>If it was sent, start reading it. If not, choose the file again.</p>
        <div className="actions">
          <button type="button" className="usa-button" onClick={() => start.mutate(querySetId)}>
            Start reading it
          </button>
          <Link href={`/patrons?from=${querySetId}`}>Choose the file again</Link>
        </div>
      </Notice>
    </>
  );
}

/** What a recipe that was started led to. */
function Followed({ querySet: { batchUpdateId, planProblem } }: { querySet: QuerySetAnswer }) {
  if (planProblem !== undefined) {
    return (
      <Notice kind="error" title="The recipe’s batch update could not be planned">
        <p>{planProblem}</p>
        <p>
          Nothing has been changed. Use this query set with other choices below, or{" "}
          <Link href="/recipes">fix the recipe</Link>.
        </p>
      </Notice>
    );
  }
  if (batchUpdateId === undefined) return null;
  return (
    <Notice kind="info">
      A recipe ran this query. <Link href={`/batch-updates/${batchUpdateId}`}>Go to its batch update</Link>.
    </Notice>
  );
}

function Ready({ querySet }: { querySet: QuerySetAnswer }) {
  const { querySetId, refreshOf } = querySet;
  const library = useQuery(libraryQuery());
  const choicesFrom = useChoicesFrom();
  const { matched = 0, excluded = 0, notFound = 0, duplicates = 0 } = querySet.counts ?? {};
  const left = matched - excluded;
  return (
    <>
      <div className="set-head">
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
              <dt>IDs not found</dt>
              <dd>{amount(notFound)}</dd>
            </div>
          )}
          {duplicates > 0 && (
            <div>
              <dt>Duplicate IDs</dt>
              <dd>{amount(duplicates)}</dd>
            </div>
          )}
        </dl>
        {left === 0 ? (
          <Notice kind="warning" title={matched === 0 ? "No patrons were found" : "Everyone has been left out"}>
            <p>
              A batch update needs at least one patron.{" "}
              {matched === 0 ? "Change the query above and run it again." : "Bring someone back below."}
            </p>
          </Notice>
        ) : (
          <Link href={`/query-sets/${querySetId}/batch-update${choicesFrom}`} className="usa-button usa-button--big">
            Use this query set ({patrons(left)})
          </Link>
        )}
      </div>
      {refreshOf !== undefined && <Refreshed querySetId={querySetId} refreshOf={refreshOf} />}
      <Followed querySet={querySet} />
      {notFound > 0 && <NotFound querySetId={querySetId} count={notFound} />}
      {matched > 0 && (
        <>
          <SummaryTables querySetId={querySetId} library={library.data} excluded={excluded} />
          <Members querySet={querySet} library={library.data} />
        </>
      )}
      <SetActs querySet={querySet} />
    </>
  );
}
