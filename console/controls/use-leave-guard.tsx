import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { askBeforeUnload } from "../session/leaving.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";

interface LeaveGuard {
  /** Asks where something would be lost, then does what leads away. */
  leave(go: () => void): void;
  readonly dialog: ReactNode;
}

/**
 * Asks before what was typed is lost: at links of the console, at Back and Forward where the browser lets it, at buttons that
 * go through `leave`, and by the browser's own question where the whole page goes.
 *
 * @param what is left, such as "the settings"
 */
export function useLeaveGuard(hasChanges: boolean, what: string): LeaveGuard {
  const [, navigate] = useLocation();
  const [asked, setAsked] = useState<{ readonly go: () => void }>();
  const way = useRef(navigate);
  const isAgreed = useRef(false);
  way.current = navigate;
  useLayoutEffect(() => {
    if (!hasChanges) return;
    const onClick = (event: MouseEvent) => {
      const to = placeOf(event);
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      setAsked({ go: () => way.current(to) });
    };
    // Back and Forward, and keys that lead elsewhere. Not every browser tells of them yet.
    const history: Navigation | undefined = window.navigation;
    const onNavigate = (event: NavigateEvent) => {
      const { key, url, sameDocument } = event.destination;
      const isMeant = event.navigationType === "traverse" || event.navigationType === "push";
      const { pathname, search } = new URL(url);
      // Another page of a list on the same view takes nothing away.
      if (!isMeant || !sameDocument || pathname === location.pathname || !event.cancelable || isAgreed.current) return;
      event.preventDefault();
      setAsked({
        go: () => (event.navigationType === "traverse" ? history?.traverseTo(key) : way.current(pathname + search)),
      });
    };
    const stopAsking = askBeforeUnload();
    history?.addEventListener("navigate", onNavigate);
    document.addEventListener("click", onClick, { capture: true });
    return () => {
      stopAsking();
      history?.removeEventListener("navigate", onNavigate);
      document.removeEventListener("click", onClick, { capture: true });
    };
  }, [hasChanges]);
  return {
    leave: (go) => (hasChanges ? setAsked({ go }) : go()),
    dialog: (
      <ConfirmDialog
        isOpen={asked !== undefined}
        title={`Leave ${what} without saving?`}
        confirm="Yes, leave without saving"
        dismiss="No, stay here"
        onDismiss={() => setAsked(undefined)}
        onConfirm={() => {
          setAsked(undefined);
          isAgreed.current = true;
          asked?.go();
        }}
      >
        <p>What you changed here is not saved, and is lost if you leave.</p>
      </ConfirmDialog>
    ),
  };
}

/** Where a press leads that stays in this tab and goes to another view of the console; undefined for every other one. */
function placeOf(event: MouseEvent): string | undefined {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (link === null || link.target !== "" || link.download !== "" || link.origin !== location.origin) return undefined;
  const to = link.pathname + link.search;
  return link.pathname.startsWith("/docs/") || to === location.pathname + location.search ? undefined : to;
}
