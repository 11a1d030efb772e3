import { type ReactNode, useId, useRef } from "react";
import { useModal } from "./use-modal.ts";

interface Props {
  readonly isOpen: boolean;
  readonly title: string;
  readonly children: ReactNode;
  readonly confirm: string;
  readonly dismiss: string;
  readonly onConfirm: () => void;
  readonly onDismiss: () => void;
}

/** Asks before something that is not easily taken back. The browser keeps the focus inside and gives it back afterwards. */
export function ConfirmDialog({ isOpen, title, children, confirm, dismiss, onConfirm, onDismiss }: Props) {
  // A key that is pressed once too often does no harm.
  const safe = useRef<HTMLButtonElement>(null);
  const modal = useModal(isOpen, onDismiss, safe);
  const titleId = useId();
  const textId = useId();
  return (
    <dialog {...modal} className="dialog" aria-labelledby={titleId} aria-describedby={textId}>
      <h2 id={titleId}>{title}</h2>
      <div id={textId}>{children}</div>
      <div className="actions">
        <button type="button" className="usa-button" onClick={onConfirm}>
          {confirm}
        </button>
        <button ref={safe} type="button" className="usa-button usa-button--outline" onClick={onDismiss}>
          {dismiss}
        </button>
      </div>
    </dialog>
  );
}
