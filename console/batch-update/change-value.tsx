import type { Library } from "#domain/library";
import { mediumField } from "#domain/profile/medium-fields";
import { Field } from "../controls/field.tsx";
import { choicesOf } from "../words/choices.ts";
import { label } from "../words/labels.ts";
import { type ChangeableField, valueId } from "./spec-draft.ts";

interface Props {
  readonly field: ChangeableField;
  readonly value: string;
  readonly error: string | undefined;
  readonly library: Library;
  readonly today: string;
  readonly change: (value: string) => void;
}

/** The control for the value that a field is set to. */
export function ChangeValue({ field, value, error, library, today, change }: Props) {
  const id = valueId(field);
  const name = `New ${label(field)}`;
  const rule = mediumField(field);
  if (rule.kind === "day") {
    return (
      <Field id={id} label={name} hint={rule.notPast && "Today or later."} error={error}>
        {(tied) => (
          <input
            {...tied}
            className="usa-input"
            type="date"
            min={rule.notPast && today}
            value={value}
            onChange={(event) => change(event.target.value)}
          />
        )}
      </Field>
    );
  }
  if (rule.kind === "number") {
    const [low, high] = rule.range;
    return (
      <Field id={id} label={name} hint={`A whole number from ${low} to ${high}.`} error={error}>
        {(tied) => (
          <input
            {...tied}
            className="usa-input usa-input--small"
            inputMode="numeric"
            value={value}
            onChange={(event) => change(event.target.value)}
          />
        )}
      </Field>
    );
  }
  return (
    <Field id={id} label={name} error={error}>
      {(tied) => (
        <select {...tied} className="usa-select" value={value} onChange={(event) => change(event.target.value)}>
          <option value="">Choose a value</option>
          {choicesOf(rule, library).map(({ code, name: meaning }) => (
            <option key={code} value={code}>
              {meaning === code ? code : `${code} – ${meaning}`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
