import type { Library } from "#domain/library";
import { queryField } from "#domain/query/fields";
import { arityOf } from "#domain/query/operators";
import { Field } from "../controls/field.tsx";
import { TextField } from "../controls/text-field.tsx";
import { type Choice, choicesOf } from "../words/choices.ts";
import { type LeafDraft, operatorOf } from "./criteria-draft.ts";

interface Props {
  readonly leaf: LeafDraft;
  readonly error: string | undefined;
  readonly library: Library;
  readonly change: (leaf: LeafDraft) => void;
}

/** The value of a condition, by what its operator takes and what its field holds. */
export function ValueEditor({ leaf, error, library, change }: Props) {
  const operator = operatorOf(leaf);
  const field = queryField(leaf.field);
  const choices = field === undefined ? [] : choicesOf(field.holds, library);
  const inputType = field?.type === "day" ? "date" : "text";
  const set = (value: string) => change({ ...leaf, value });

  switch (arityOf(operator)) {
    case "none":
      return <p className="leaf-no-value">No value needed.</p>;
    case "list":
      return (
        <Field id={`${leaf.id}-value`} label="Values" hint={listHint(choices)} error={error}>
          {(tied) => (
            <textarea
              {...tied}
              className="usa-textarea"
              rows={4}
              value={leaf.value}
              onChange={(event) => set(event.target.value)}
            />
          )}
        </Field>
      );
    case "pair":
      return (
        <>
          <TextField
            id={`${leaf.id}-value`}
            label="From"
            error={error}
            type={inputType}
            value={leaf.value}
            change={set}
          />
          <TextField
            id={`${leaf.id}-high`}
            label="To"
            type={inputType}
            value={leaf.high}
            change={(typed) => change({ ...leaf, high: typed })}
          />
        </>
      );
    case "one": {
      const isChosen = (operator === "equals" || operator === "doesNotEqual") && choices.length > 0;
      return (
        <Field id={`${leaf.id}-value`} label="Value" error={error}>
          {(tied) =>
            isChosen ? (
              <select {...tied} className="usa-select" value={leaf.value} onChange={(event) => set(event.target.value)}>
                <option value="">Choose a value</option>
                {choices.map(({ code, name }) => (
                  <option key={code} value={code}>
                    {name === code ? code : `${code} – ${name}`}
                  </option>
                ))}
              </select>
            ) : (
              <input
                {...tied}
                className="usa-input"
                type={inputType}
                inputMode={field?.type === "number" ? "numeric" : undefined}
                value={leaf.value}
                onChange={(event) => set(event.target.value)}
              />
            )
          }
        </Field>
      );
    }
  }
}

function listHint(choices: readonly Choice[]): string {
  const hint = "One value per line.";
  return choices.length === 0 ? hint : `${hint} Choose from: ${choices.map(({ code }) => code).join(", ")}.`;
}
