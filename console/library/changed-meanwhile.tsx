import { Notice } from "../controls/notice.tsx";
import type { Rebased } from "./settings-draft.ts";

/** Says that somebody else saved first, what that means for this form, and how to go on. */
export function ChangedMeanwhile({ theirs, both }: Pick<Rebased, "theirs" | "both">) {
  return (
    <Notice kind="error" title="Someone else changed the settings in the meantime">
      <p>Your changes are not saved yet. They are still in this form, now on top of the other person’s.</p>
      {theirs.length > 0 && <p>The other person changed: {theirs.join(", ")}.</p>}
      {both.length > 0 && (
        <p>You both changed: {both.join(", ")}. There the form shows yours; saving replaces the other person’s.</p>
      )}
      <p>Look through the form, then save again.</p>
    </Notice>
  );
}
