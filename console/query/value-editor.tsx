import type { Library } from "#domain/library";
import { deliveryMethods } from "#domain/profile/medium-record";
import { preferenceTypes } from "#domain/profile/patron";
import { queryField } from "#domain/query/fields";
import { arityOf } from "#domain/query/operators";
import { Field } from "../controls/field.tsx";
import { label } from "../words/labels.ts";
import { type LeafDraft, operatorOf } from "./criteria-draft.ts";

interface Props {
  readonly leaf: LeafDraft;
  readonly error: string | undefined;
  readonly library: Library;
  readonly change: (leaf: LeafDraft) => void;
}

interface Choice {
  readonly code: string;
  readonly name: string;
}

/** The value of a condition, by what its operator takes and what its field holds. */
export function ValueEditor({ leaf, error, library, change }: Props) {
  const operator = operatorOf(leaf);
  const type = queryField(leaf.field)?.type ?? "text";
  const choices = choicesOf(leaf.field, library);
  const inputType = type === "day" ? "date" : "text";
  const set = (value: string) => change({ ...leaf, value });

  switch (arityOf(operator)) {
    case "none":
      return <p className="leaf-no-value">No value is needed.</p>;
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
          <Field id={`${leaf.id}-value`} label="From" error={error}>
            {(tied) => (
              <input
                {...tied}
                className="usa-input"
                type={inputType}
                value={leaf.value}
                onChange={(event) => set(event.target.value)}
              />
            )}
          </Field>
          <Field id={`${leaf.id}-high`} label="To">
            {(tied) => (
              <input
                {...tied}
                className="usa-input"
                type={inputType}
                value={leaf.high}
                onChange={(event) => change({ ...leaf, high: event.target.value })}
              />
            )}
          </Field>
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
                inputMode={type === "number" ? "numeric" : undefined}
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
  const hint = "One value on each line.";
  return choices.length === 0 ? hint : `${hint} Known: ${choices.map(({ code }) => code).join(", ")}.`;
}

const same = (code: string): Choice => ({ code, name: code });

function choicesOf(field: string, library: Library): readonly Choice[] {
  switch (field) {
    case "Patron.mainStatus":
      return library.mainStatuses;
    case "Patron.branch":
      return library.branches;
    case "Patron.hasMedium":
    case "Media.medium":
      return library.media;
    case "Media.status":
      return library.mediumStatuses;
    case "Media.serveCode":
      return library.serveCodes;
    case "Media.deliveryMethod":
      return deliveryMethods.map((code) => ({ code, name: label(code) }));
    case "Preference.type":
      return preferenceTypes.map(same);
    case "Media.nightlyDebug":
    case "Preference.exclusion":
      return ["YES", "NO"].map(same);
    default:
      return [];
  }
}
