import type { Approval } from "#domain/library";

/** Whether somebody else than its creator must process a batch update: four eyes, where the library demands it. */
export function needsApproval(approval: Approval | undefined, { large }: { readonly large: boolean }): boolean {
  return approval === "ALWAYS" || (approval === "LARGE" && large);
}
