import { erasuresAgain } from "#contract/erasures";
import type { LibraryId } from "#domain/ids";
import { patronCount } from "#domain/patron-count";
import { type KeptErasure, listErased } from "#records/erasures/erasure-objects";
import { beginErasure, knownErasures } from "#records/erasures/erasures";
import { listLibraries, lookForLibrary } from "#records/library/tenants";
import type { Store, Stores } from "#records/store/store";
import { actOf } from "../act.ts";
import { type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";
import { tellSupport } from "../support-audit.ts";

const subject = "erasures";

/** What was erased after the moment that the table is of, by library. */
async function unknownToTable(stores: Stores, now: Date): Promise<Map<LibraryId, KeptErasure[]>> {
  const found = new Map<LibraryId, KeptErasure[]>();
  for (const library of await listLibraries(stores.across)) {
    // One whose time is over is deleted whole: nothing is begun in it.
    if ((await lookForLibrary(stores.across, library, now)) === "LEFT") continue;
    const store = stores.of(library);
    const missing = await listErased(store, await knownErasures(store));
    if (missing.length > 0) found.set(library, missing);
  }
  return found;
}

function inWords(library: LibraryId, erasures: readonly KeptErasure[]): string {
  const patrons = new Set(erasures.map(({ patronId }) => patronId)).size;
  return `Erases ${patronCount(patrons)} of ${library} again, erased after the moment that the table is of.`;
}

async function again(call: CallOf<typeof erasuresAgain.again>, { stores, workflows }: Dependencies) {
  const { dryRun = false } = call.body;
  const missing = await unknownToTable(stores, call.now);
  const words = [...missing].map(([library, erasures]) => inWords(library, erasures));
  const does = words.length === 0 ? ["Nothing: the table knows every erasure that was asked for."] : words;
  if (dryRun) return ok({ dryRun, subject, does });
  await tellSupport(stores, call, undefined, "ERASURES_DONE_AGAIN", subject, does);
  for (const [library, erasures] of missing) {
    const store = stores.of(library);
    for (const kept of erasures) await eraseAgain(store, kept, call);
    // The others stand in line, and have their turn when these have ended.
    await workflows.startNext(library, "erase");
  }
  return ok({ dryRun, subject, does });
}

/** Under the id that it had: who asked for it, when and why stay what they were. */
async function eraseAgain(store: Store, kept: KeptErasure, call: CallOf<typeof erasuresAgain.again>): Promise<void> {
  const detail = `erasures/${kept.erasureId}, after the table was restored`;
  const act = actOf(call, "PATRON_ERASURE_BEGUN", `patrons/${kept.patronId}`, { detail });
  await beginErasure(store, { ...kept, repeated: true }, act);
}

export const erasuresAgainRoutes: readonly Route[] = [implement(erasuresAgain.again, again)];
