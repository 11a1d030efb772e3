import { type Approval, approvals } from "#domain/library";
import { Field } from "../controls/field.tsx";
import { approvalMeanings } from "./approval-meanings.ts";

interface Props {
  /** Empty where the library has said nothing, which means the same as NEVER. */
  readonly chosen: Approval | "";
  readonly change: (approval: Approval) => void;
}

/** For which batch updates another administrator than their creator must process. */
export function ApprovalField({ chosen, change }: Props) {
  return (
    <Field
      id="approval"
      label="Approval by someone else"
      help="Approval"
      hint="When it applies, the person who created a batch update cannot process it: another administrator does."
    >
      {(tied) => (
        <select
          {...tied}
          className="usa-select"
          value={chosen === "" ? "NEVER" : chosen}
          onChange={(event) => {
            const approval = approvals.find((it) => it === event.target.value);
            if (approval !== undefined) change(approval);
          }}
        >
          {approvals.map((it) => (
            <option key={it} value={it}>
              {approvalMeanings[it]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
