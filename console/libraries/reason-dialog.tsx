import { useLayoutEffect, useState } from "react";
import { ReasonField } from "../controls/reason-field.tsx";
import { useModal } from "../controls/use-modal.ts";

interface Props {
  /** What is asked, and what says yes to it; undefined where nothing is. */
  readonly asked: { readonly title: string; readonly means: string; readonly yes: string } | undefined;
  readonly onConfirm: (reason: string) => void;
  readonly onDismiss: () => void;
}

/** Asks for the reason before support does something with a whole library. */
export function ReasonDialog({ asked, onConfirm, onDismiss }: Props) {
  const isOpen = asked !== undefined;
  const modal = useModal(isOpen, onDismiss);
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string>();
  useLayoutEffect(() => {
    if (!isOpen) return;
    setReason("");
    setError(undefined);
  }, [isOpen]);
  return (
    <dialog {...modal} className="dialog" aria-labelledby="asked-title">
      <h2 id="asked-title">{asked?.title}</h2>
      <p>{asked?.means}</p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() === "") {
            setError("Give a reason.");
            document.getElementById("asked-reason")?.focus();
          } else onConfirm(reason.trim());
        }}
      >
        <ReasonField
          id="asked-reason"
          reason={reason}
          error={error}
          change={(typed) => {
            setReason(typed);
            setError(undefined);
          }}
        />
        <div className="actions">
          <button type="submit" className="usa-button">
            {asked?.yes}
          </button>
          <button type="button" className="usa-button usa-button--outline" onClick={onDismiss}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
