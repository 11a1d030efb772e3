import { Field } from "./field.tsx";

const longestReason = 500;

interface Props {
  readonly id: string;
  readonly reason: string;
  readonly error: string | undefined;
  readonly change: (reason: string) => void;
  readonly hint?: string | undefined;
}

/** Why support acts. */
export function ReasonField({ id, reason, error, change, hint }: Props) {
  return (
    <Field
      id={id}
      label="Reason"
      hint={hint ?? "It appears in the audit beside what you do. Do not name patrons."}
      error={error}
    >
      {(tied) => (
        <textarea
          {...tied}
          className="usa-textarea"
          rows={3}
          maxLength={longestReason}
          value={reason}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Field>
  );
}
