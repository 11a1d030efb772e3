import type { Approval } from "#domain/library";
import { isMaker, type MadeBySomebody } from "#domain/maker";
import type { Role } from "#domain/role";
import type { BatchUpdateKind } from "./state.ts";

/** Support acts on undo and retry alone; what a library updates is the library's decision. */
export function isOpenToSupport({ kind }: { readonly kind: BatchUpdateKind }): boolean {
  return kind !== "UPDATE";
}

/** True for a role that processes such a batch update, if nobody's approval stands in the way. */
export function mayProcess(batch: { readonly kind: BatchUpdateKind }, roles: readonly Role[]): boolean {
  return roles.includes("administrator") || (roles.includes("support") && isOpenToSupport(batch));
}

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
