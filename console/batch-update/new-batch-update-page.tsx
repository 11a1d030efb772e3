import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { NewBatchUpdate } from "#contract/batch-updates";
import type { QuerySetAnswer } from "#contract/query-sets";
import type { Library } from "#domain/library";
import { createBatchUpdate } from "../api/batch-updates.ts";
import { libraryQuery } from "../api/library.ts";
import { querySetQuery } from "../api/query-sets.ts";
import { useAction } from "../api/use-action.ts";
import { ErrorSummary, type FieldError } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { Steps } from "../page/steps.tsx";
import { useDraft } from "../session/use-draft.ts";
import { changesInWords } from "../words/changes-in-words.ts";
import { patrons, today as todayIn } from "../words/format.ts";
import { ChangeField } from "./change-field.tsx";
import { ChangeValue } from "./change-value.tsx";
import { Presets } from "./presets.tsx";
import { ServiceQueueField } from "./service-queue-field.tsx";
import {
  type ChangeableField,
  changeableFields,
  finishedChanges,
  newSpecDraft,
  specDraftSchema,
  valueId,
  withPreset,
} from "./spec-draft.ts";
import { SpreadPlanner } from "./spread-planner.tsx";

/** Step two: say what changes for the patrons of a query set. */
export function NewBatchUpdatePage({ querySetId }: { querySetId: string }) {
  const querySet = useQuery(querySetQuery(querySetId));
  const library = useQuery(libraryQuery());
  return (
    <>
      <Steps current="Batch update" />
      <PageHeading intro="Say what changes. You will see every change for every patron before anything happens.">
        Batch update
      </PageHeading>
      <Loaded from={querySet}>
        {(set) => <Loaded from={library}>{(settings) => <SpecForm querySet={set} library={settings} />}</Loaded>}
      </Loaded>
    </>
  );
}

function SpecForm({ querySet, library }: { querySet: QuerySetAnswer; library: Library }) {
  const { querySetId } = querySet;
  const [, navigate] = useLocation();
  const [draft, setDraft, forget] = useDraft(`spec:${querySetId}`, specDraftSchema, newSpecDraft);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);
  const [attempt, setAttempt] = useState(0);
  const today = todayIn(library.timeZone);
  const places = querySet.counts.matched - querySet.counts.excluded;
  const finished = finishedChanges(draft, library, today, places);
  const changes = "changes" in finished ? finished.changes : undefined;
  const create = useAction(
    (body: NewBatchUpdate, onceKey) => createBatchUpdate(body, onceKey),
    ({ batchUpdateId }) => {
      forget();
      navigate(`/batch-updates/${batchUpdateId}`);
    },
  );
  const errorAt = (id: string) => errors.find((it) => it.id === id)?.message;
  const send = () => {
    setErrors("errors" in finished ? finished.errors : []);
    setAttempt(attempt + 1);
    if (changes === undefined) return;
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
          <Link href={`/query-sets/${querySetId}`}>Look at the patrons again</Link>
        </p>
      </section>
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
        <fieldset className="always">
          <legend>Nightly Debug</legend>
          <div className="usa-checkbox">
            <input
              className="usa-checkbox__input"
              id="nightly-debug"
              type="checkbox"
              aria-describedby="nightly-debug-hint"
              checked={draft.nightlyDebug}
              onChange={(event) => setDraft({ ...draft, nightlyDebug: event.target.checked })}
            />
            <label className="usa-checkbox__label" htmlFor="nightly-debug">
              Turn Nightly Debug on
            </label>
          </div>
          <p id="nightly-debug-hint" className="always-hint">
            <strong>This is always applied as it stands.</strong> Not ticked, Nightly Debug is turned off for everyone
            in the set.
          </p>
        </fieldset>
        <h2>Other fields</h2>
        <p>A field that is left as is changes for nobody.</p>
        <Presets changes={changes} use={(preset) => setDraft(withPreset(draft, preset))} />
        {changeableFields.map((field) => (
          <ChangeField
            key={field}
            field={field}
            choice={draft.choices[field]}
            change={(choice) => setDraft({ ...draft, choices: { ...draft.choices, [field]: choice } })}
            explanation={explanations[field]}
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
        <Field
          id="name"
          label="Name of this batch update (optional)"
          hint="To find it again, such as “Spring move to duplication”."
        >
          {(tied) => (
            <input
              {...tied}
              className="usa-input"
              maxLength={200}
              value={draft.name}
              onChange={(event) => setDraft({ ...draft, name: event.target.value })}
            />
          )}
        </Field>
        <section className="statement" aria-labelledby="in-words">
          <h2 id="in-words">In words</h2>
          {changes === undefined ? (
            <p>It appears here as soon as everything needed is filled in.</p>
          ) : (
            <ul>
              {changesInWords(changes, draft.nightlyDebug).map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
              <li>Every other field stays as it is.</li>
            </ul>
          )}
        </section>
        <Notice kind="info">Planning only reads. You review every change next.</Notice>
        <div className="actions">
          <button type="submit" className="usa-button usa-button--big" disabled={create.isPending}>
            {create.isPending ? "Sending …" : "Plan and review"}
          </button>
        </div>
      </form>
    </>
  );
}

const explanations: Partial<Record<ChangeableField, React.ReactNode>> = {
  nextServiceDate: (
    <p className="usa-hint">
      Only a date in the future matters. Until then no duplication order is made and nightly processing skips this
      medium. Queues still refill. Physical reserves and serials still go out.
    </p>
  ),
  maxServiceQueueSize: <p className="usa-hint">How many titles a service queue is filled to.</p>,
  refillPoint: <p className="usa-hint">Must not be above the max service queue size.</p>,
};
