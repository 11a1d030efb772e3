import type { ReactNode } from "react";
import type { Term } from "../help/glossary-entry.ts";
import { Help } from "../help/help.tsx";

interface Props {
  readonly id: string;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** A word of the label that somebody new would ask about. */
  readonly help?: Term | undefined;
  readonly error?: string | undefined;
  /** Id of what stands elsewhere, such as above several fields, and describes this one too. */
  readonly describedBy?: string | undefined;
  readonly children: (tied: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }) => ReactNode;
}

/** A label, its hint and its error, tied to one control. */
export function Field({ id, label, hint, help, error, describedBy, children }: Props) {
  const described = [hint !== undefined && `${id}-hint`, describedBy, error !== undefined && `${id}-error`]
    .filter(Boolean)
    .join(" ");
  return (
    <div className={`usa-form-group ${error === undefined ? "" : "usa-form-group--error"}`}>
      <div className="labelled">
        <label className="usa-label" htmlFor={id}>
          {label}
        </label>
        {help !== undefined && <Help term={help} />}
      </div>
      {hint !== undefined && (
        <div className="usa-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {error !== undefined && (
        <div className="usa-error-message" id={`${id}-error`}>
          {error}
        </div>
      )}
      {children({
        id,
        ...(described !== "" && { "aria-describedby": described }),
        ...(error !== undefined && { "aria-invalid": true }),
      })}
    </div>
  );
}
