import { lazy, Suspense, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { areShortcutsOn, shortcutOf } from "./shortcuts.ts";

const ShortcutsDialog = lazy(async () => ({ default: (await import("./shortcuts-dialog.tsx")).ShortcutsDialog }));

/** The main button of a view; where a bar stays in view, it is the first in the bar. */
const mainButton = "main .usa-button--big, main .workbar-acts .usa-button, main .form-bar .usa-button";

/** Listens for the shortcuts, and leads to their list. */
export function ShortcutKeys() {
  const [, navigate] = useLocation();
  const [wasOpened, setOpened] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const show = () => {
    setOpened(true);
    setOpen(true);
  };
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      const { target } = event;
      const isInText = target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
      const found = shortcutOf(event, isInText);
      // What a dialog asks is answered first.
      if (found === undefined || !areShortcutsOn() || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      if ("href" in found) navigate(found.href);
      else if (found.letter === "G") document.querySelector<HTMLElement>(mainButton)?.focus();
      else {
        setOpened(true);
        setOpen(true);
      }
    };
    document.addEventListener("keydown", act);
    return () => document.removeEventListener("keydown", act);
  }, [navigate]);
  return (
    <>
      <button type="button" className="usa-button usa-button--unstyled" aria-keyshortcuts="Alt+Shift+J" onClick={show}>
        Keyboard shortcuts
      </button>
      {wasOpened && (
        <Suspense fallback={null}>
          <ShortcutsDialog isOpen={isOpen} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
