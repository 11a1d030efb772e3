import { useEffect, useRef, useState } from "react";
import { useModal } from "../controls/use-modal.ts";
import { announceAct } from "../page/announcer.ts";
import { counted } from "../words/format.ts";
import { allowIdleFor, markDoing, presentIdleness } from "./last-doing.ts";
import { onSignedOutElsewhere, signOut, signOutIdle } from "./session.ts";

const doings = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

interface Props {
  /** Undefined while the library's setting is on its way: what was known last counts until then. */
  readonly idleMinutes: number | undefined;
}

/** The words of the warning change this often, in milliseconds: a screen reader says each of them. */
const step = 30_000;

/**
 * Signs out who has left the computer: patrons' data is on the screen. Warns before, and can be put off as often as
 * wanted.
 */
export function IdleWatch({ idleMinutes }: Props) {
  // Milliseconds that are left, rounded up to a step; undefined while there is nothing to warn of.
  const [left, setLeft] = useState<number>();
  const isWarned = useRef(false);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      const found = presentIdleness();
      if (found.kind === "over") {
        void signOutIdle();
        return;
      }
      isWarned.current = found.kind === "warned";
      setLeft(found.kind === "warned" ? Math.ceil(found.left / step) * step : undefined);
      // A timer of a tab in the background may come late, so the clock is asked again, and again when the tab is back.
      timer = setTimeout(look, found.kind === "warned" ? Math.min(found.left, 1_000) : Math.min(found.warnIn, 60_000));
    };
    const act = () => {
      // While the warning is shown only its own buttons put it off, or somebody at work in another tab.
      if (!isWarned.current) markDoing();
    };
    if (idleMinutes !== undefined) allowIdleFor(idleMinutes);
    look();
    for (const name of doings) document.addEventListener(name, act, { capture: true, passive: true });
    document.addEventListener("visibilitychange", look);
    window.addEventListener("focus", look);
    window.addEventListener("storage", look);
    const unwatch = onSignedOutElsewhere();
    return () => {
      clearTimeout(timer);
      for (const name of doings) document.removeEventListener(name, act, { capture: true });
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("focus", look);
      window.removeEventListener("storage", look);
      unwatch();
    };
  }, [idleMinutes]);

  const stay = () => {
    if (!isWarned.current) return;
    isWarned.current = false;
    markDoing();
    setLeft(undefined);
    announceAct("You stay signed in.");
  };
  return <IdleWarning left={left} onStay={stay} />;
}

function lengthText(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  return seconds % 60 === 0 ? counted(seconds / 60, "minute", "minutes") : counted(seconds, "second", "seconds");
}

interface WarningProps {
  readonly left: number | undefined;
  readonly onStay: () => void;
}

/** Escape means to stay: nobody is signed out by a slip. */
function IdleWarning({ left, onStay }: WarningProps) {
  const isShown = left !== undefined;
  const modal = useModal(isShown, onStay);
  return (
    <dialog {...modal} className="dialog" role="alertdialog" aria-labelledby="idle-title" aria-describedby="idle-words">
      <h2 id="idle-title">Are you still there?</h2>
      <div id="idle-words">
        <p>
          There has been no activity for a while. People who have left are signed out, so that no one else sees their
          library’s patrons.
        </p>
        <p role="status">{isShown && `You will be signed out in ${lengthText(left)}.`}</p>
        <p>Anything being processed continues either way. Signing out loses what you have typed and not sent.</p>
      </div>
      <div className="actions">
        <button type="button" className="usa-button" onClick={onStay}>
          Stay signed in
        </button>
        <button type="button" className="usa-button usa-button--outline" onClick={() => void signOut()}>
          Sign out now
        </button>
      </div>
    </dialog>
  );
}
