import { useLayoutEffect, useRef, useState } from "react";
import { Link } from "wouter";
import type { PresetAnswer } from "#contract/presets";
import type { NewRecipe, RecipeAnswer } from "#contract/recipes";
import type { SavedQueryAnswer } from "#contract/saved-queries";
import type { Library } from "#domain/library";
import { createRecipe, replaceRecipe } from "../api/recipes.ts";
import { orRefreshed, useAction } from "../api/use-action.ts";
import { NightlyDebugField } from "../batch-update/nightly-debug-field.tsx";
import { ErrorSummary } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { TextField } from "../controls/text-field.tsx";
import { useChecked } from "../controls/use-checked.ts";
import type { Term } from "../help/glossary-entry.ts";
import { changesInWords } from "../words/changes-in-words.ts";
import { DateFromStart } from "./date-from-start.tsx";
import { draftOfRecipe, finishedRecipe, newRecipeDraft } from "./recipe-draft.ts";

interface Props {
  /** The recipe that is changed; a new one is made where there is none. */
  readonly edited: RecipeAnswer | undefined;
  readonly savedQueries: readonly SavedQueryAnswer[];
  readonly presets: readonly PresetAnswer[];
  readonly library: Library;
  readonly refresh: () => Promise<unknown>;
  readonly saved: (name: string) => Promise<void>;
  readonly stop: () => void;
}

interface Option {
  readonly value: string;
  readonly text: string;
}

/** Puts a recipe together from what the library keeps by name. */
export function RecipeForm({ edited, savedQueries, presets, library, refresh, saved, stop }: Props) {
  const [draft, setDraft] = useState(() => (edited === undefined ? newRecipeDraft : draftOfRecipe(edited)));
  const { errors, attempt, errorAt, check } = useChecked(() => {
    const finished = finishedRecipe(draft);
    return "errors" in finished ? finished.errors : [];
  });
  const heading = useRef<HTMLHeadingElement>(null);
  const isEdit = edited !== undefined;
  useLayoutEffect(() => {
    if (isEdit) heading.current?.focus();
  }, [isEdit]);
  const saving = useAction(
    (body: NewRecipe, onceKey) =>
      edited === undefined ? createRecipe(body, onceKey) : orRefreshed(replaceRecipe(edited, body), refresh),
    ({ name }) => saved(name),
  );
  const query = savedQueries.find((it) => it.savedQueryId === draft.savedQueryId);
  const preset = presets.find((it) => it.presetId === draft.presetId);
  const select = (
    field: "savedQueryId" | "presetId" | "medium",
    help: Term,
    label: string,
    none: string,
    options: Option[],
  ) => (
    <Field id={`recipe-${field}`} label={label} help={help} error={errorAt(`recipe-${field}`)}>
      {(tied) => (
        <select
          {...tied}
          className="usa-select"
          value={draft[field]}
          onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
        >
          <option value="">{none}</option>
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
  return (
    <section className="panel recipe" aria-labelledby="recipe-form">
      <h2 id="recipe-form" ref={heading} tabIndex={-1}>
        {edited === undefined ? "New recipe" : `Change the recipe ${edited.name}`}
      </h2>
      {presets.length === 0 && (
        <p>
          Your library has no presets yet. An administrator can save one on the “Batch update” page, under “Presets”:{" "}
          <Link href="/patrons">find patrons</Link> first.
        </p>
      )}
      <ErrorSummary errors={errors} attempt={attempt} />
      {saving.error !== null && <Failure error={saving.error} didAct />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const finished = finishedRecipe(draft);
          if (check() && "body" in finished && !saving.isPending) saving.mutate(finished.body);
        }}
      >
        <TextField
          id="recipe-name"
          label="Name (required)"
          hint="For example, “Space out new patrons’ first cartridges.”"
          error={errorAt("recipe-name")}
          maxLength={200}
          value={draft.name}
          change={(typed) => setDraft({ ...draft, name: typed })}
        />
        {select(
          "savedQueryId",
          "Query",
          "Saved query (required)",
          "Choose a saved query",
          savedQueries.map((it) => ({ value: it.savedQueryId, text: it.name })),
        )}
        {query !== undefined && <p className="usa-hint">{query.searchStatement}</p>}
        {select(
          "presetId",
          "Preset",
          "Preset (required)",
          "Choose a preset",
          presets.map((it) => ({ value: it.presetId, text: it.name })),
        )}
        {preset !== undefined && (
          <ul className="usa-hint">
            {changesInWords(preset.changes, draft.nightlyDebug, library).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
        {select(
          "medium",
          "Medium",
          "Medium (required)",
          "Choose a medium",
          library.media.map(({ code, name }) => ({ value: code, text: `${code} – ${name}` })),
        )}
        <NightlyDebugField
          id="recipe-nightly-debug"
          isOn={draft.nightlyDebug}
          change={(nightlyDebug) => setDraft({ ...draft, nightlyDebug })}
          whom="everyone the query finds"
        />
        <DateFromStart draft={draft} change={setDraft} errorAt={errorAt} />
        <div className="actions">
          <button type="submit" className="usa-button" aria-disabled={saving.isPending}>
            {edited === undefined ? "Save the recipe" : "Save the changes"}
          </button>
          {edited !== undefined && (
            <button type="button" className="usa-button usa-button--outline" onClick={stop}>
              Cancel
            </button>
          )}
        </div>
      </form>
    </section>
  );
}
