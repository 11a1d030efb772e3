import { type ReactNode, useLayoutEffect, useRef } from "react";

/** False until the first view has been shown: a page that has just been opened keeps the browser's own place. */
let hasShownOne = false;

interface Props {
  readonly children: string;
  /** Grows or changes where the same heading begins another view. */
  readonly view?: string;
  readonly intro?: ReactNode;
}

/** The heading of a view. Names the document, and takes the focus when the view replaces another one. */
export function PageHeading({ children, view, intro }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new view of the same name takes the focus too
  useLayoutEffect(() => {
    document.title = `${children} – Batch Update Patron Profiles`;
    if (hasShownOne) {
      heading.current?.focus({ preventScroll: true });
      window.scrollTo({ top: 0 });
    }
    hasShownOne = true;
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
