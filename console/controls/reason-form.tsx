import { useState } from "react";
import { ReasonField } from "./reason-field.tsx";

interface Props {
  /** Of the field. */
  readonly id: string;
  readonly yes: string;
  /** False while what is answered is not known yet, or is being sent. */
  readonly isReady?: boolean;
  readonly onConfirm: (reason: string) => void;
  readonly onDismiss: () => void;
}

/** The end of a question of support's dialogs: why, and yes or no. */
export function ReasonForm({ id, yes, isReady = true, onConfirm, onDismiss }: Props) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string>();
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() === "") {
          setError("Give a reason.");
          document.getElementById(id)?.focus();
        } else if (isReady) onConfirm(reason.trim());
      }}
    >
      <ReasonField
        id={id}
        reason={reason}
        error={error}
        change={(typed) => {
          setReason(typed);
          setError(undefined);
        }}
      />
      <div className="actions">
        <button type="submit" className="usa-button" aria-disabled={!isReady}>
          {yes}
        </button>
        <Dismiss onDismiss={onDismiss} />
      </div>
    </form>
  );
}

export function Dismiss({ onDismiss }: Pick<Props, "onDismiss">) {
  return (
    <button type="button" className="usa-button usa-button--outline" onClick={onDismiss}>
      Cancel
    </button>
  );
}
