import { type ReactNode, useLayoutEffect, useRef } from "react";

interface Props {
  /** What the bar is about, for those who go from region to region. */
  readonly name: string;
  readonly children: ReactNode;
}

/**
 * What stays in view while somebody works through a list: numbers, what is ticked, and the main button. The page is told
 * how high it is, so that nothing that gets the focus is scrolled to behind it.
 */
export function Workbar({ name, children }: Props) {
  const bar = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const { current } = bar;
    if (current === null) return;
    const root = document.documentElement;
    const observer = new ResizeObserver(() => {
      root.style.setProperty("--workbar", `${current.getBoundingClientRect().height}px`);
    });
    observer.observe(current);
    return () => {
      observer.disconnect();
      root.style.removeProperty("--workbar");
    };
  }, []);
  return (
    <section ref={bar} className="workbar" aria-label={name}>
      {children}
    </section>
  );
}
