import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { z } from "zod";
import type { NewQuerySet } from "#contract/query-sets";
import type { Criteria } from "#domain/query/criteria";
import { criteriaStatement } from "#domain/query/search-statement";
import { libraryQuery } from "../api/library.ts";
import { isMissing } from "../api/problem.ts";
import { askedQuery, createQuerySet, startQuerySet } from "../api/query-sets.ts";
import { sendFile } from "../api/upload.ts";
import { useAction } from "../api/use-action.ts";
import { ErrorSummary, type FieldError } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { useChecked } from "../controls/use-checked.ts";
import { announceAct } from "../page/announcer.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { Steps } from "../page/steps.tsx";
import { justAsked } from "../query-set/just-asked.ts";
import { keepDraft, useDraft } from "../session/use-draft.ts";
import { querySetsEnd } from "../what-ends.ts";
import { draftOf, finishedCriteria, listDraftSchema, newList } from "./criteria-draft.ts";
import { IdList } from "./id-list.tsx";
import { ListEditor } from "./list-editor.tsx";
import { SavedQueries } from "./saved-queries.tsx";

const waySchema = z.enum(["criteria", "ids"]);

/** Where a query is kept while it is written; with a set's id what was typed to make that set. */
function draftKeys(querySetId: string | undefined) {
  const of = querySetId === undefined ? "" : `:${querySetId}`;
  return { way: `query-way${of}`, criteria: `query-criteria${of}`, ids: `query-ids${of}` };
}

/** Step one: say precisely whom the update is for. With `?from=` of a query set its query is there to be changed. */
export function QueryPage() {
  const [params] = useSearchParams();
  const from = params.get("from") ?? undefined;
  return from === undefined ? <QueryForm key="new" /> : <ChangeQuery key={from} from={from} />;
}

function ChangeQuery({ from }: { from: string }) {
  const asked = useQuery(askedQuery(from));
  if (asked.error !== null && asked.data === undefined) {
    const isGone = isMissing(asked.error);
    return (
      <>
        <PageHeading>{isGone ? "Query set not found" : "The query could not be loaded"}</PageHeading>
        <Failure error={asked.error} didAct={false} />
        {isGone && <p>{querySetsEnd}</p>}
        <p>
          <Link href="/patrons">Start a new query</Link>
        </p>
      </>
    );
  }
  return <Loaded from={asked}>{({ criteria }) => <QueryForm from={from} asked={criteria} />}</Loaded>;
}

interface Props {
  /** The query set whose query is changed. */
  readonly from?: string;
  /** What was asked for it; missing where it was made by ids alone. */
  readonly asked?: Criteria | undefined;
}

function QueryForm({ from, asked }: Props) {
  const [, navigate] = useLocation();
  const library = useQuery(libraryQuery());
  const keys = draftKeys(from);
  const [way, setWay, forgetWay] = useDraft(keys.way, waySchema, () =>
    from !== undefined && asked === undefined ? "ids" : "criteria",
  );
  const [draft, setDraft, forgetDraft] = useDraft(keys.criteria, listDraftSchema, () =>
    asked === undefined ? newList() : draftOf(asked),
  );
  const [ids, setIds, forgetIds] = useDraft(keys.ids, z.string(), () => "");
  const [file, setFile] = useState<File>();
  const finished = finishedCriteria(draft);
  const criteria = "criteria" in finished ? finished.criteria : undefined;
  const patronIds = ids.split(/[\s,;]+/).filter((id) => id !== "");

  const create = useAction(
    async ({ query, upload }: { query: NewQuerySet; upload: File | undefined }, onceKey) => {
      const querySet = await createQuerySet(query, onceKey);
      if (upload !== undefined && querySet.upload !== undefined) {
        await sendFile(querySet.upload, upload);
        await startQuerySet(querySet.querySetId, `${onceKey}-start`);
      }
      return querySet;
    },
    ({ querySetId }) => {
      // What was typed belongs to the set from now on: the way back leads to it, and the next query begins anew.
      const kept = draftKeys(querySetId);
      keepDraft(kept.way, way);
      keepDraft(kept.criteria, draft);
      keepDraft(kept.ids, ids);
      if (from === undefined) {
        forgetWay();
        forgetDraft();
        forgetIds();
        navigate(`/patrons?from=${querySetId}`, { replace: true });
      }
      navigate(`/query-sets/${querySetId}`, justAsked);
    },
  );

  const problems = (): readonly FieldError[] => {
    if (way === "criteria") return "errors" in finished ? finished.errors : [];
    if (file !== undefined || patronIds.length > 0) return [];
    return [{ id: "patron-ids", message: "Enter at least one patron ID, or choose a file." }];
  };
  const { errors, attempt, check, forget } = useChecked(problems);
  const send = () => {
    if (create.isPending || !check()) return;
    if (way === "ids") {
      create.mutate(
        file === undefined ? { query: { patronIds }, upload: undefined } : { query: { upload: true }, upload: file },
      );
    } else if (criteria !== undefined) {
      create.mutate({ query: { criteria, ...(patronIds.length > 0 && { patronIds }) }, upload: undefined });
    }
  };

  return (
    <>
      <Steps current="Patrons" />
      <PageHeading
        view={from ?? ""}
        title={from === undefined ? undefined : "Find patrons: change the query"}
        intro={
          from === undefined
            ? "Choose which patrons to update. You will see every one of them before anything changes."
            : "Change the query and run it again. That makes a new query set; the one you came from stays as it is."
        }
      >
        Find patrons
      </PageHeading>
      {from === undefined ? (
        <p>
          To look up one patron’s profile, <Link href="/patrons/find">find one patron</Link>.
        </p>
      ) : (
        <p>
          <Link href={`/query-sets/${from}`}>Back to the results</Link>
        </p>
      )}
      {from !== undefined && asked === undefined && ids === "" && (
        <Notice kind="info">
          This query set was made by a list of IDs that is no longer in this window. Enter the IDs, or choose the file
          again.
        </Notice>
      )}
      <ErrorSummary errors={errors} attempt={attempt} />
      {create.error !== null && <Failure error={create.error} didAct />}
      <div className="builder">
        <div>
          <fieldset className="usa-fieldset choice">
            <legend className="usa-legend">How do you want to choose them?</legend>
            {(["criteria", "ids"] as const).map((value) => (
              <div className="usa-radio" key={value}>
                <input
                  className="usa-radio__input"
                  id={`way-${value}`}
                  type="radio"
                  name="way"
                  checked={way === value}
                  onChange={() => {
                    setWay(value);
                    forget();
                  }}
                />
                <label className="usa-radio__label" htmlFor={`way-${value}`}>
                  {value === "criteria" ? "By conditions" : "By a list of patron IDs"}
                </label>
              </div>
            ))}
          </fieldset>
          {way === "criteria" ? (
            <>
              <Loaded from={library}>
                {(settings) => (
                  <ListEditor list={draft} number="" depth={1} errors={errors} library={settings} change={setDraft} />
                )}
              </Loaded>
              <section className="statement" aria-labelledby="statement">
                <h2 id="statement">Search statement</h2>
                <p>
                  {criteria === undefined
                    ? "It appears here once every condition is complete."
                    : criteriaStatement(criteria)}
                </p>
              </section>
              <details className="more">
                <summary>Add more patrons by ID</summary>
                <IdList ids={ids} setIds={setIds} count={patronIds.length} />
              </details>
            </>
          ) : (
            <IdList ids={ids} setIds={setIds} count={patronIds.length} file={file} setFile={setFile} />
          )}
          <div className="actions">
            <button
              type="button"
              className="usa-button usa-button--big"
              aria-disabled={create.isPending}
              onClick={send}
            >
              {create.isPending ? "Sending …" : "Run the query"}
            </button>
            <button
              type="button"
              className="usa-button usa-button--unstyled"
              onClick={() => {
                if (from !== undefined) return navigate("/patrons");
                setDraft(newList());
                setIds("");
                setFile(undefined);
                forget();
                announceAct("Started over: nothing is filled in.");
              }}
            >
              Start over
            </button>
          </div>
        </div>
        {way === "criteria" && <SavedQueries criteria={criteria} open={(saved) => setDraft(draftOf(saved))} />}
      </div>
    </>
  );
}
