import { useLayoutEffect, useRef, useState } from "react";
import type { ServedLibrary } from "#contract/support-libraries";
import { ReasonField } from "./reason-field.tsx";

interface Props {
  /** The library that is suspended, or taken back; undefined where nothing is asked. */
  readonly library: ServedLibrary | undefined;
  readonly onConfirm: (library: ServedLibrary, reason: string) => void;
  readonly onDismiss: () => void;
}

/** Asks for the reason before a whole library is shut out, or let in again. */
export function SuspendDialog({ library, onConfirm, onDismiss }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string>();
  useLayoutEffect(() => {
    setReason("");
    setError(undefined);
    if (library !== undefined) dialog.current?.showModal();
    else dialog.current?.close();
  }, [library]);
  const isBack = library?.suspended === true;
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="suspend-title" onClose={onDismiss}>
      <h2 id="suspend-title">
        {isBack ? "Reinstate" : "Suspend"} {library?.name}?
      </h2>
      <p>
        {isBack
          ? "Everyone at the library can sign in again within a minute."
          : "Everyone at the library is locked out within a minute. What is running finishes, what is scheduled waits, and nothing is lost."}
      </p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() === "") {
            setError("Give a reason.");
            document.getElementById("suspend-reason")?.focus();
          } else if (library !== undefined) onConfirm(library, reason.trim());
        }}
      >
        <ReasonField
          id="suspend-reason"
          reason={reason}
          error={error}
          change={(typed) => {
            setReason(typed);
            setError(undefined);
          }}
        />
        <div className="actions">
          <button type="submit" className="usa-button">
            {isBack ? "Reinstate" : "Suspend"}
          </button>
          <button type="button" className="usa-button usa-button--outline" onClick={onDismiss}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
