import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import type { BatchUpdateAnswer, NewBatchUpdate } from "#contract/batch-updates";
import type { QuerySetAnswer } from "#contract/query-sets";
import { batchUpdateIdSchema } from "#domain/ids";
import type { Library } from "#domain/library";
import { batchUpdateQuery, cancelBatchUpdate, createBatchUpdate } from "../api/batch-updates.ts";
import { libraryQuery } from "../api/library.ts";
import { isMissing } from "../api/problem.ts";
import { querySetQuery } from "../api/query-sets.ts";
import { useAction } from "../api/use-action.ts";
import { ErrorSummary } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { FormBar } from "../controls/form-bar.tsx";
import { Loaded } from "../controls/loading.tsx";
import { TextField } from "../controls/text-field.tsx";
import { useChecked } from "../controls/use-checked.ts";
import { fieldTerms } from "../help/field-terms.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { Steps } from "../page/steps.tsx";
import { FoundSet } from "../query-set/found-set.tsx";
import { useChoicesFrom } from "../query-set/use-choices-from.ts";
import { keepDraft, useDraft } from "../session/use-draft.ts";
import { changesInWords } from "../words/changes-in-words.ts";
import { counted, patrons, today as todayIn } from "../words/format.ts";
import { ChangeField } from "./change-field.tsx";
import { ChangeValue } from "./change-value.tsx";
import { ChoicesOf } from "./choices-of.tsx";
import { NightlyDebugField } from "./nightly-debug-field.tsx";
import { Presets } from "./presets.tsx";
import { ServiceQueueField } from "./service-queue-field.tsx";
import {
  type ChangeableField,
  changeableFields,
  finishedChanges,
  newSpecDraft,
  type SpecDraft,
  specDraftOf,
  specDraftSchema,
  specKey,
  valueId,
  withPreset,
} from "./spec-draft.ts";
import { SpreadPlanner } from "./spread-planner.tsx";

/**
 * Step two: say what changes for the patrons of a query set. With `?from=` of a batch update its choices are there to be
 * changed.
 */
export function NewBatchUpdatePage({ querySetId }: { querySetId: string }) {
  const [params] = useSearchParams();
  const from = params.get("from") ?? undefined;
  const querySet = useQuery(querySetQuery(querySetId));
  const library = useQuery(libraryQuery());
  return (
    <>
      <Steps current="Batch update" />
      <PageHeading intro="Choose what changes. You will see every change for every patron before anything is saved.">
        {isMissing(querySet.error) ? "Query set not found" : "Batch update"}
      </PageHeading>
      <FoundSet from={querySet}>
        {(set) => (
          <Loaded from={library}>
            {(settings) =>
              from === undefined ? (
                <SpecForm key="new" querySet={set} library={settings} />
              ) : (
                <ChangeChoices key={from} from={from} querySet={set} library={settings} />
              )
            }
          </Loaded>
        )}
      </FoundSet>
    </>
  );
}

function ChangeChoices({ from, ...props }: { from: string; querySet: QuerySetAnswer; library: Library }) {
  const planned = useQuery(batchUpdateQuery(batchUpdateIdSchema.parse(from)));
  return <Loaded from={planned}>{(batchUpdate) => <SpecForm {...props} batchUpdate={batchUpdate} />}</Loaded>;
}

interface SpecProps {
  readonly querySet: QuerySetAnswer;
  readonly library: Library;
  /** Whose choices are changed. */
  readonly batchUpdate?: BatchUpdateAnswer;
}

function SpecForm({ querySet, library, batchUpdate }: SpecProps) {
  const { querySetId } = querySet;
  const [, navigate] = useLocation();
  const choicesFrom = useChoicesFrom();
  const [draft, setDraft, forget] = useDraft(specKey(querySetId, batchUpdate?.batchUpdateId), specDraftSchema, () =>
    batchUpdate === undefined ? newSpecDraft() : specDraftOf(batchUpdate),
  );
  const today = todayIn(library.timeZone);
  const places = querySet.counts.matched - querySet.counts.excluded;
  const finished = finishedChanges(draft, library, today, places);
  const changes = "changes" in finished ? finished.changes : undefined;
  const [isReplaced, setReplaced] = useState(false);
  const cancel = useAction(cancelBatchUpdate);
  const create = useAction(
    (body: NewBatchUpdate, onceKey) => createBatchUpdate(body, onceKey),
    ({ batchUpdateId }) => {
      // The choices belong to the batch update from now on: the way back leads to them, and the next one begins anew.
      keepDraft(specKey(querySetId, batchUpdateId), draft);
      if (batchUpdate === undefined) {
        forget();
        navigate(`/query-sets/${querySetId}/batch-update?from=${batchUpdateId}`, { replace: true });
      }
      if (batchUpdate !== undefined && isReplaced) cancel.mutate(batchUpdate.batchUpdateId);
      navigate(`/batch-updates/${batchUpdateId}`);
    },
  );
  const { errors, attempt, errorAt, check } = useChecked(() => ("errors" in finished ? finished.errors : []));
  const send = () => {
    if (!check() || changes === undefined || create.isPending) return;
    const { medium, nightlyDebug } = draft;
    const name = draft.name.trim();
    create.mutate({ querySetId, medium, nightlyDebug, changes, ...(name !== "" && { name }) });
  };

  return (
    <>
      <section className="statement stays" aria-labelledby="set">
        <h2 id="set">Query set: {patrons(places)}</h2>
        <p>{querySet.searchStatement}</p>
        <p>
          <Link href={`/query-sets/${querySetId}${choicesFrom}`}>Look at the patrons again</Link>
        </p>
      </section>
      {batchUpdate !== undefined && (
        <ChoicesOf batchUpdate={batchUpdate} querySetId={querySetId} isReplaced={isReplaced} replace={setReplaced} />
      )}
      <ErrorSummary errors={errors} attempt={attempt} />
      {create.error !== null && <Failure error={create.error} didAct />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Field
          id="medium"
          label="Medium (required)"
          help="Medium"
          hint="A patron in the set without a record for this medium gets one."
          error={errorAt("medium")}
        >
          {(tied) => (
            <select
              {...tied}
              className="usa-select"
              required
              value={draft.medium}
              onChange={(event) => setDraft({ ...draft, medium: event.target.value })}
            >
              <option value="">Choose a medium</option>
              {library.media.map(({ code, name }) => (
                <option key={code} value={code}>
                  {code} – {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <NightlyDebugField
          id="nightly-debug"
          isOn={draft.nightlyDebug}
          change={(nightlyDebug) => setDraft({ ...draft, nightlyDebug })}
          whom="everyone in the set"
        />
        <h2>Other fields</h2>
        <p>A field left as is changes for no one.</p>
        <Presets changes={changes} use={(preset) => setDraft(withPreset(draft, preset))} />
        <div className="changes">
          {changeableFields.map((field) => (
            <ChangeField
              key={field}
              field={field}
              choice={draft.choices[field]}
              change={(choice) => setDraft({ ...draft, choices: { ...draft.choices, [field]: choice } })}
              explanation={explanations[field]}
              help={fieldTerms[field]}
            >
              {draft.choices[field].verb === "set" && (
                <ChangeValue
                  field={field}
                  value={draft.choices[field].value}
                  error={errorAt(valueId(field))}
                  library={library}
                  today={today}
                  change={(value) =>
                    setDraft({ ...draft, choices: { ...draft.choices, [field]: { verb: "set", value } } })
                  }
                />
              )}
              {draft.choices[field].verb === "spread" && (
                <SpreadPlanner
                  spread={draft.spread}
                  errors={{ from: errorAt("spread-from"), perDay: errorAt("spread-per-day") }}
                  library={library}
                  today={today}
                  places={places}
                  change={(spread) => setDraft({ ...draft, spread })}
                />
              )}
            </ChangeField>
          ))}
          <ServiceQueueField
            isAdded={draft.addServiceQueue}
            change={(addServiceQueue) => setDraft({ ...draft, addServiceQueue })}
          />
        </div>
        <TextField
          id="name"
          label="Name of this batch update (optional)"
          hint="To find it again. For example, “Spring move to duplication.”"
          maxLength={200}
          value={draft.name}
          change={(typed) => setDraft({ ...draft, name: typed })}
        />
        <section className="statement" aria-labelledby="in-words">
          <h2 id="in-words">In words</h2>
          {changes === undefined ? (
            <p>It appears here once everything required is filled in.</p>
          ) : (
            <ul>
              {changesInWords(changes, draft.nightlyDebug, library).map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
              <li>Every other field stays as it is.</li>
            </ul>
          )}
        </section>
        <FormBar words={`${chosenInWords(draft)}. Planning changes nothing yet.`}>
          <button type="submit" className="usa-button" aria-disabled={create.isPending}>
            {create.isPending ? "Sending …" : "Plan and review"}
          </button>
        </FormBar>
      </form>
    </>
  );
}

/** How much is chosen so far, where not all of it is in view. */
function chosenInWords({ choices, addServiceQueue }: SpecDraft): string {
  const others = changeableFields.filter((field) => choices[field].verb !== "leave").length + (addServiceQueue ? 1 : 0);
  if (others === 0) return "Nightly Debug alone";
  return `Nightly Debug and ${counted(others, "other field", "other fields")}`;
}

const explanations: Partial<Record<ChangeableField, React.ReactNode>> = {
  nextServiceDate: (
    <p className="usa-hint">
      Only a future date matters. Until then, no duplication order is made and nightly processing skips this medium.
      Queues still refill. Physical reserves and serials still go out.
    </p>
  ),
  maxServiceQueueSize: <p className="usa-hint">How many titles a service queue is filled up to.</p>,
  refillPoint: <p className="usa-hint">It cannot be above the maximum service queue size.</p>,
};
