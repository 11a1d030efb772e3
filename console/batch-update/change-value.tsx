import type { Library } from "#domain/library";
import { mediumField } from "#domain/profile/medium-fields";
import { Field } from "../controls/field.tsx";
import { TextField } from "../controls/text-field.tsx";
import { fieldTerms } from "../help/field-terms.ts";
import { type Choice, choicesOf } from "../words/choices.ts";
import { label } from "../words/labels.ts";
import { type ChangeableField, valueId } from "./spec-draft.ts";

interface Props {
  readonly field: ChangeableField;
  readonly value: string;
  readonly error: string | undefined;
  readonly library: Library;
  readonly today: string;
  readonly change: (value: string) => void;
  /** What the control is called and what leads to it, where it is not about a new value. */
  readonly called?: { readonly id: string; readonly name: string };
  /** What having no value is called. */
  readonly none?: string;
}

/** The control for the value that a field is set to. */
export function ChangeValue({ field, value, error, library, today, change, called, none = "Choose a value" }: Props) {
  const { id, name } = called ?? { id: valueId(field), name: `New ${label(field)}` };
  // A field that is chosen to change has its help beside the choice.
  const help = called && fieldTerms[field];
  const rule = mediumField(field);
  if (rule.kind === "day") {
    return (
      <TextField
        id={id}
        label={name}
        help={help}
        hint={rule.notPast && "Today or later."}
        error={error}
        type="date"
        min={rule.notPast && today}
        value={value}
        change={change}
      />
    );
  }
  if (rule.kind === "number") {
    const [low, high] = rule.range;
    return (
      <TextField
        id={id}
        label={name}
        help={help}
        hint={`A whole number from ${low} to ${high}.`}
        error={error}
        isSmall
        inputMode="numeric"
        value={value}
        change={change}
      />
    );
  }
  return (
    <Field id={id} label={name} help={help} error={error}>
      {(tied) => (
        <select {...tied} className="usa-select" value={value} onChange={(event) => change(event.target.value)}>
          <option value="">{none}</option>
          {offered(choicesOf(rule, library), value).map(({ code, name: meaning }) => (
            <option key={code} value={code}>
              {meaning === code ? code : `${code} – ${meaning}`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** A code that has left the table since is shown as long as it is there. */
function offered(choices: readonly Choice[], value: string): readonly Choice[] {
  const isKnown = value === "" || choices.some(({ code }) => code === value);
  return isKnown ? choices : [{ code: value, name: "no longer in the library’s table" }, ...choices];
}
