import type { ComponentProps } from "react";
import { Field } from "./field.tsx";

type FieldProps = Omit<ComponentProps<typeof Field>, "children">;
type InputProps = Omit<ComponentProps<"input">, keyof FieldProps | "className" | "onChange">;

interface Props extends FieldProps, InputProps {
  readonly value: string;
  readonly change: (typed: string) => void;
  /** For numbers of a few digits. */
  readonly isSmall?: boolean;
}

/** A field of one line, with what an input takes else: its type, its limits, what a keyboard on glass offers. */
export function TextField({ id, label, hint, help, error, describedBy, change, isSmall, ...input }: Props) {
  return (
    <Field id={id} label={label} hint={hint} help={help} error={error} describedBy={describedBy}>
      {(tied) => (
        <input
          {...input}
          {...tied}
          className={isSmall ? "usa-input usa-input--small" : "usa-input"}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Field>
  );
}
