import { useLayoutEffect, useRef } from "react";
import { Notice } from "./notice.tsx";

interface Props {
  /** What was being changed, such as `the settings`. */
  readonly what: string;
  /** What the other person changed, by its words. */
  readonly theirs: readonly string[];
  readonly both: readonly string[];
}

/**
 * Says that somebody else saved first, what that means for this form, and how to go on. Takes the focus: the
 * button that saves may be far below.
 */
export function ChangedMeanwhile({ what, theirs, both }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  return (
    <div ref={box} tabIndex={-1} className="told">
      <Notice kind="error" title={`Someone else changed ${what} in the meantime`}>
        <p>Your changes are not saved yet. They are still in this form, now on top of the other person’s.</p>
        {theirs.length > 0 && <p>The other person changed: {theirs.join(", ")}.</p>}
        {both.length > 0 && (
          <p>You both changed: {both.join(", ")}. There the form shows yours; saving replaces the other person’s.</p>
        )}
        <p>Look through the form, then save again.</p>
      </Notice>
    </div>
  );
}
