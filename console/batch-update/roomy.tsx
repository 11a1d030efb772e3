import type { ReactNode } from "react";

/** Words of the bar that the eye does without where there is little room; the ear is given them always. */
export function Roomy({ children }: { children: ReactNode }) {
  return <span className="workbar-roomy">{children}</span>;
}
