import { Field } from "./field.tsx";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly value: string;
  readonly change: (value: string) => void;
}

/** A short text for another person; the service takes 200 characters. */
export function NoteField({ id, label, hint, error, value, change }: Props) {
  return (
    <Field id={id} label={label} {...(hint !== undefined && { hint })} error={error}>
      {(tied) => (
        <textarea
          {...tied}
          className="usa-textarea note"
          rows={3}
          maxLength={200}
          value={value}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Field>
  );
}
