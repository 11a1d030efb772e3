import type { Library } from "#domain/library";
import { deliveryMethods, mediumFieldRanges } from "#domain/profile/medium-record";
import { Field } from "../controls/field.tsx";
import { label } from "../words/labels.ts";
import { type ChangeableField, isNumberField, valueId } from "./spec-draft.ts";

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
  if (field === "nextServiceDate") {
    return (
      <Field id={id} label={name} hint="Today or later." error={error}>
        {(tied) => (
          <input
            {...tied}
            className="usa-input"
            type="date"
            min={today}
            value={value}
            onChange={(event) => change(event.target.value)}
          />
        )}
      </Field>
    );
  }
  if (isNumberField(field)) {
    const [low, high] = mediumFieldRanges[field];
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
          {codesOf(field, library).map(({ code, name: meaning }) => (
            <option key={code} value={code}>
              {meaning === code ? code : `${code} – ${meaning}`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function codesOf(field: ChangeableField, library: Library): readonly { code: string; name: string }[] {
  if (field === "status") return library.mediumStatuses;
  if (field === "serveCode") return library.serveCodes;
  return deliveryMethods.map((code) => ({ code, name: label(code) }));
}
