import type { LibraryId } from "#domain/ids";
import { auditEntry, keystoneEntry } from "#records/library/audit";
import type { Stores } from "#records/store/store";
import { actOf } from "./act.ts";
import type { AnyCall } from "./route.ts";

/** Tells of an act of support before it is done: in the library that it concerns, else in Keystone's own audit. */
export async function tellSupport(
  stores: Stores,
  call: AnyCall,
  library: LibraryId | undefined,
  action: string,
  subject: string,
  does: readonly string[],
): Promise<void> {
  const act = actOf(call, action, subject, { detail: does.join(" ") });
  if (library === undefined) await stores.across.write(keystoneEntry(call.newId, act));
  else await stores.of(library).table.write(await auditEntry(stores.of(library), call.newId, act));
}
