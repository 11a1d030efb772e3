import { type ReactNode, useLayoutEffect, useRef } from "react";
import { Notice } from "./notice.tsx";

interface Props {
  /** Grows with each act, so that the same words are noticed again. Nothing is shown before the first. */
  readonly turn: number;
  readonly children: ReactNode;
}

/** Says what an act has done. Takes the focus, because what was pressed may be gone. */
export function Told({ turn, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (turn > 0) box.current?.focus();
  }, [turn]);
  if (turn === 0) return null;
  return (
    <div ref={box} tabIndex={-1} className="told">
      <Notice kind="success">{children}</Notice>
    </div>
  );
}
