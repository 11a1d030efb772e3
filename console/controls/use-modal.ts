import { type RefObject, type SyntheticEvent, useLayoutEffect, useRef } from "react";

interface Modal {
  readonly ref: RefObject<HTMLDialogElement | null>;
  readonly onCancel: (event: SyntheticEvent) => void;
  readonly onClose: () => void;
}

/**
 * Keeps a dialog open while something is asked. Escape is told at once and closes it by way of who opened it: what opens
 * it again in the next moment is not taken for what is still open. Where the browser closes it by itself, it tells that a
 * moment later: if it is open again by then, nothing is told, or the second question would be dismissed by the end of the
 * first.
 *
 * @param first takes the focus when it opens, where that is not the first thing in it
 */
export function useModal(isOpen: boolean, onClose: () => void, first?: RefObject<HTMLElement | null>): Modal {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    if (isOpen) {
      ref.current?.showModal();
      first?.current?.focus();
    } else ref.current?.close();
  }, [isOpen, first]);
  return {
    ref,
    onCancel: (event) => {
      // A file that is not chosen after all bubbles up as one, too.
      if (event.target !== ref.current) return;
      event.preventDefault();
      onClose();
    },
    onClose: () => {
      if (ref.current?.open !== true) onClose();
    },
  };
}
