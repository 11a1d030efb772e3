import { type ReactNode, useId, useRef, useState } from "react";
import { useModal } from "./use-modal.ts";

interface Props {
  /** What opens it; ends in an ellipsis, because something is asked before anything is done. */
  readonly button: ReactNode;
  readonly isMain?: boolean;
  readonly title: string;
  readonly dismiss: string;
  readonly children: (close: () => void) => ReactNode;
}

/**
 * A button and the form that it opens, above whatever is being looked at. What was typed stays when it is left and opened
 * again. The browser keeps the focus inside, and gives it back afterwards.
 */
export function PanelDialog({ button, isMain = false, title, dismiss, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  const [isOpen, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  const close = () => setOpen(false);
  const modal = useModal(isOpen, close, heading);
  return (
    <>
      <button
        type="button"
        className={`usa-button ${isMain ? "" : "usa-button--outline"}`}
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
          setWasOpen(true);
        }}
      >
        {button}
      </button>
      <dialog {...modal} className="dialog dialog-wide" aria-labelledby={titleId}>
        <div className="dialog-head">
          <h2 id={titleId} ref={heading} tabIndex={-1}>
            {title}
          </h2>
          <button type="button" className="usa-button usa-button--unstyled" onClick={close}>
            {dismiss}
          </button>
        </div>
        {wasOpen && children(close)}
      </dialog>
    </>
  );
}
