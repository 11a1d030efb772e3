import { TextField } from "../controls/text-field.tsx";
import { Help } from "../help/help.tsx";
import { dateChoices, type RecipeDraft } from "./recipe-draft.ts";

const words = {
  PRESET: "From the preset: as many days ahead as when the preset was saved",
  DAY: "One date, counted from the day the recipe is started",
  SPREAD: "Spread over service days, counted from the day the recipe is started",
} as const;

interface Props {
  readonly draft: RecipeDraft;
  readonly change: (draft: RecipeDraft) => void;
  readonly errorAt: (id: string) => string | undefined;
}

/** The next service date of a recipe, which has to be another day each time that it is started. */
export function DateFromStart({ draft, change, errorAt }: Props) {
  const numberField = (field: "inDays" | "perDay", label: string, hint: string) => (
    <TextField
      id={`recipe-${field}`}
      label={label}
      hint={hint}
      error={errorAt(`recipe-${field}`)}
      isSmall
      inputMode="numeric"
      value={draft[field]}
      change={(typed) => change({ ...draft, [field]: typed })}
    />
  );
  return (
    <fieldset className="change">
      <legend>Next Service Date</legend>
      <div className="labelled">
        <span className="usa-hint">It has to be a new date each time the recipe is started.</span>
        <Help term="Next service date" />
      </div>
      {dateChoices.map((date) => (
        <div className="usa-radio" key={date}>
          <input
            className="usa-radio__input"
            id={`recipe-date-${date}`}
            type="radio"
            name="recipe-date"
            checked={draft.date === date}
            onChange={() => change({ ...draft, date })}
          />
          <label className="usa-radio__label" htmlFor={`recipe-date-${date}`}>
            {words[date]}
          </label>
        </div>
      ))}
      {draft.date !== "PRESET" && numberField("inDays", "Days after the start", "0 is the day the recipe is started.")}
      {draft.date === "SPREAD" && numberField("perDay", "Patrons on each service day", "From 1 to 10,000.")}
    </fieldset>
  );
}
