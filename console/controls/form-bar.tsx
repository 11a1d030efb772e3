import type { ReactNode } from "react";
import { useBarHeight } from "./use-bar-height.ts";

interface Props {
  /** How the form stands, in a sentence. */
  readonly words: string;
  readonly children: ReactNode;
}

/** What a long form is sent with. It stays in view, so that nobody has to go through all of it to the end. */
export function FormBar({ words, children }: Props) {
  const bar = useBarHeight<HTMLDivElement>("--form-bar");
  return (
    <div ref={bar} className="form-bar">
      <p>{words}</p>
      {children}
    </div>
  );
}
