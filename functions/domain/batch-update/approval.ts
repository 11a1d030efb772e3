import type { Approval } from "#domain/library";
import { isMaker, type MadeBySomebody } from "#domain/maker";

/** Whether somebody else than its creator must process a batch update: four eyes, where the library demands it. */
export function needsApproval(approval: Approval | undefined, { large }: { readonly large: boolean }): boolean {
  return approval === "ALWAYS" || (approval === "LARGE" && large);
}

/** Whether somebody else than whoever is about to process a batch update must do it. */
export function needsOther(
  approval: Approval | undefined,
  batch: MadeBySomebody & { readonly large: boolean },
  who: { readonly sub: string; readonly name: string },
): boolean {
  return isMaker(who, batch) && needsApproval(approval, batch);
}
