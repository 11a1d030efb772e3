import { useLayoutEffect, useState } from "react";
import type { ServedLibrary } from "#contract/support-libraries";
import { ReasonField } from "../controls/reason-field.tsx";
import { useModal } from "../controls/use-modal.ts";

type Suspension = "suspend" | "letIn" | "restore";

/** What the button in a library's row says, and the question begins with. */
export const suspensionAct: Readonly<Record<Suspension, string>> = {
  suspend: "Suspend",
  letIn: "Reinstate",
  restore: "Cancel deletion",
};

/** What is said before each, and what says yes to it. */
const words: Readonly<Record<Suspension, { title: (name: string) => string; means: string; yes: string }>> = {
  suspend: {
    title: (name) => `Suspend ${name}?`,
    means:
      "Everyone at the library is locked out within a minute. What is running finishes, what is scheduled waits, and nothing is lost.",
    yes: "Suspend",
  },
  letIn: {
    title: (name) => `Reinstate ${name}?`,
    means: "Everyone at the library can sign in again within a minute.",
    yes: "Reinstate",
  },
  restore: {
    title: (name) => `Cancel the deletion of ${name}?`,
    means: "The library is as it was before: everyone can sign in again, unless it was suspended then.",
    yes: "Keep the library",
  },
};

/** What can be done with a library that is open, suspended, or about to be deleted. */
export function suspensionOf({ suspended, deleteAt }: ServedLibrary): Suspension {
  if (deleteAt !== undefined) return "restore";
  return suspended ? "letIn" : "suspend";
}

interface Props {
  /** The library that is suspended, reinstated, or not deleted after all; undefined where nothing is asked. */
  readonly library: ServedLibrary | undefined;
  readonly onConfirm: (library: ServedLibrary, reason: string) => void;
  readonly onDismiss: () => void;
}

/** Asks for the reason before a whole library is shut out, or let in again. */
export function SuspendDialog({ library, onConfirm, onDismiss }: Props) {
  const modal = useModal(library !== undefined, onDismiss);
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string>();
  useLayoutEffect(() => {
    if (library === undefined) return;
    setReason("");
    setError(undefined);
  }, [library]);
  const { title, means, yes } = words[library === undefined ? "suspend" : suspensionOf(library)];
  return (
    <dialog {...modal} className="dialog" aria-labelledby="suspend-title">
      <h2 id="suspend-title">{title(library?.name ?? "")}</h2>
      <p>{means}</p>
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
            {yes}
          </button>
          <button type="button" className="usa-button usa-button--outline" onClick={onDismiss}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
