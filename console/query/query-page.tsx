import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { z } from "zod";
import type { NewQuerySet } from "#contract/query-sets";
import { criteriaStatement } from "#domain/query/search-statement";
import { libraryQuery } from "../api/library.ts";
import { createQuerySet, startQuerySet } from "../api/query-sets.ts";
import { sendFile } from "../api/upload.ts";
import { useAction } from "../api/use-action.ts";
import { ErrorSummary, type FieldError } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { useChecked } from "../controls/use-checked.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { Steps } from "../page/steps.tsx";
import { justAsked } from "../query-set/just-asked.ts";
import { useDraft } from "../session/use-draft.ts";
import { draftOf, finishedCriteria, listDraftSchema, newList } from "./criteria-draft.ts";
import { IdList } from "./id-list.tsx";
import { ListEditor } from "./list-editor.tsx";
import { SavedQueries } from "./saved-queries.tsx";

const waySchema = z.enum(["criteria", "ids"]);

/** Step one: say precisely whom the update is for. */
export function QueryPage() {
  const [, navigate] = useLocation();
  const library = useQuery(libraryQuery());
  const [way, setWay] = useDraft("query-way", waySchema, () => "criteria" as const);
  const [draft, setDraft, forgetDraft] = useDraft("query-criteria", listDraftSchema, () => newList());
  const [ids, setIds, forgetIds] = useDraft("query-ids", z.string(), () => "");
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
      forgetDraft();
      forgetIds();
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
      <PageHeading intro="Choose which patrons to update. You will see every one of them before anything changes.">
        Find patrons
      </PageHeading>
      <p>
        To look up one patron’s profile, <Link href="/patrons/find">find one patron</Link>.
      </p>
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
                setDraft(newList());
                setIds("");
                setFile(undefined);
                forget();
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
