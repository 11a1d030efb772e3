import type { Library } from "#domain/library";
import { queryField, queryFields, queryGroups } from "#domain/query/fields";
import { isOperator, operatorLabels, operatorsOf } from "#domain/query/operators";
import { termOfQueryField } from "../help/field-terms.ts";
import { Help } from "../help/help.tsx";
import { type LeafDraft, operatorOf, withField } from "./criteria-draft.ts";
import { ValueEditor } from "./value-editor.tsx";

interface Props {
  readonly leaf: LeafDraft;
  /** Such as `1.2`: what the condition is called among the others. */
  readonly number: string;
  readonly error: string | undefined;
  readonly library: Library;
  readonly change: (leaf: LeafDraft) => void;
  readonly remove: () => void;
}

/** One condition: group and field, operator, value. */
export function LeafEditor({ leaf, number, error, library, change, remove }: Props) {
  const type = queryField(leaf.field)?.type ?? "text";
  const term = termOfQueryField(leaf.field);
  return (
    <fieldset className={`leaf ${error === undefined ? "" : "usa-form-group--error"}`}>
      <legend className="leaf-name">Condition {number}</legend>
      <div className="leaf-parts">
        <div>
          <div className="labelled">
            <label className="usa-label" htmlFor={`${leaf.id}-field`}>
              Field
            </label>
            {term !== undefined && <Help key={term} term={term} />}
          </div>
          <select
            id={`${leaf.id}-field`}
            className="usa-select"
            value={leaf.field}
            onChange={(event) => change(withField(leaf, event.target.value))}
          >
            {queryGroups.map((group) => (
              <optgroup key={group} label={group}>
                {queryFields
                  .filter((field) => field.group === group)
                  .map(({ field, label }) => (
                    <option key={field} value={field}>
                      {group} : {label}
                    </option>
                  ))}
              </optgroup>
            ))}
          </select>
        </div>
        <div>
          <label className="usa-label" htmlFor={`${leaf.id}-operator`}>
            Operator
          </label>
          <select
            id={`${leaf.id}-operator`}
            className="usa-select"
            value={operatorOf(leaf)}
            onChange={(event) => {
              if (isOperator(event.target.value)) change({ ...leaf, operator: event.target.value });
            }}
          >
            {operatorsOf[type].map((operator) => (
              <option key={operator} value={operator}>
                {operatorLabels[operator]}
              </option>
            ))}
          </select>
        </div>
        <ValueEditor leaf={leaf} library={library} error={error} change={change} />
      </div>
      <button
        id={`${leaf.id}-remove`}
        type="button"
        className="usa-button usa-button--unstyled remove"
        onClick={remove}
      >
        Remove<span className="usa-sr-only"> condition {number}</span>
      </button>
    </fieldset>
  );
}
