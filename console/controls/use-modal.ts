import { type RefObject, useLayoutEffect, useRef } from "react";

interface Modal {
  readonly ref: RefObject<HTMLDialogElement | null>;
  readonly onClose: () => void;
}

/**
 * Keeps a dialog open while something is asked. The browser tells that one was closed a moment later: where it is open
 * again by then, nothing is told, or the second question would be dismissed by the end of the first.
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
    onClose: () => {
      if (ref.current?.open !== true) onClose();
    },
  };
}
