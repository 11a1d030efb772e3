import { type ReactNode, useLayoutEffect, useRef } from "react";
import { forgetProgress } from "./announcer.ts";

/** False until the first view has been shown: a page that has just been opened keeps the browser's own place. */
let hasShownOne = false;

/** The page was loaded anew by a press on the one before: its first view takes the focus too. */
export function isGoingOn(): void {
  hasShownOne = true;
}

/** Path of the view that was shown last, and whether the browser's own way leads from it. */
let last = location.pathname;
let isBack = false;
addEventListener("popstate", () => {
  isBack = true;
});
addEventListener("click", () => (isBack = false), true);

interface Props {
  readonly children: string;
  /** Grows or changes where the same heading begins another view. */
  readonly view?: string;
  /** What the document is called where that says more than the heading, such as how many patrons were found. */
  readonly title?: string | undefined;
  readonly intro?: ReactNode;
}

/** Where the focus goes when what had it is gone, and nothing nearby takes its place. */
export function focusHeading(): void {
  document.querySelector<HTMLElement>("h1")?.focus();
}

/** The heading of a view. Names the document, and takes the focus when the view replaces another one. */
export function PageHeading({ children, view, title = children, intro }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    document.title = `${title} – Batch Update Patron Profiles`;
  }, [title]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new view of the same name takes the focus too
  useLayoutEffect(() => {
    if (hasShownOne) {
      forgetProgress();
      // Back where somebody was: the browser scrolls to that place again, where the heading is out of view.
      const isReturn = isBack && last !== location.pathname;
      const way = isReturn && document.querySelector<HTMLElement>(`main :is([href="${last}"], [href^="${last}?"])`);
      if (way) way.focus();
      else {
        heading.current?.focus({ preventScroll: true });
        window.scrollTo({ top: 0 });
      }
    }
    hasShownOne = true;
    isBack = false;
    last = location.pathname;
  }, [children, view]);
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {children}
      </h1>
      {intro !== undefined && <p className="intro">{intro}</p>}
    </>
  );
}
