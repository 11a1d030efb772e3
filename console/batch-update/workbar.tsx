import type { ReactNode } from "react";
import { useBarHeight } from "../controls/use-bar-height.ts";

interface Props {
  /** What the bar is about, for those who go from region to region. */
  readonly name: string;
  readonly children: ReactNode;
}

/** What stays in view while somebody works through a list: numbers, what is ticked, and the main button. */
export function Workbar({ name, children }: Props) {
  const bar = useBarHeight<HTMLElement>("--workbar");
  return (
    <section ref={bar} className="workbar" aria-label={name}>
      {children}
    </section>
  );
}
