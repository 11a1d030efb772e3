import { z } from "zod";
import type { LibraryId } from "#domain/ids";
import { isAtRest } from "#domain/leaving";
import type { Clock } from "#platform/clock";
import { logger } from "#platform/logger";
import { middyStack } from "#platform/middy-stack";
import { count } from "#platform/thread";
import { erasuresToRepeat } from "#records/erasures/after-restore";
import { listLibraries, loadTenant } from "#records/library/tenants";
import type { UserPool } from "#records/members/user-pool";
import type { OfEach, Store, Stores } from "#records/store/store";
import { endedExecution } from "#workflows/ended";
import type { Workflows } from "#workflows/start";
import { deleteLibrary } from "./delete-library.ts";
import { clearErasures } from "./erasures.ts";
import { orTell } from "./or-tell.ts";
import { deleteExpired } from "./retention.ts";

export interface Dependencies {
  readonly stores: Stores;
  /** Each reaches its library alone: by these, whole libraries are deleted. */
  readonly fencedStores: OfEach<Store>;
  readonly pool: UserPool;
  readonly workflows: Pick<Workflows, "look">;
  readonly now: Clock;
}

/** Milliseconds after which nothing more is begun: the next call goes on. */
const longest = 10 * 60_000;

const hour = 3600_000;

/** Every hour another library is first, so that none waits for all others for ever. */
function beginningWith<Item>(turn: number, all: readonly Item[]): Item[] {
  const first = all.length === 0 ? 0 : turn % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

/** An hour after a table was restored, and each hour after it, this rings until erasures were done again. */
async function requireErasuresKnown(store: Store): Promise<void> {
  const { unknown } = await erasuresToRepeat(store);
  if (unknown.length === 0) return;
  logger.error("Patrons that were erased are in the table once more: do the erasures again", { unknown });
  throw Object.assign(new Error("The table does not know erasures that the bucket keeps"), { name: "ErasuresUnknown" });
}

/** Of a library that has left everything, of every other what is over. */
async function deleteIn(dependencies: Dependencies, library: LibraryId, mayGoOn: () => boolean): Promise<void> {
  const { stores, fencedStores, pool, workflows, now } = dependencies;
  const tenant = await loadTenant(stores.across, library);
  if (tenant === undefined || !isAtRest(tenant, now())) {
    await clearErasures(stores.of(library), now(), tenant?.suspended);
    await orTell(`libraries/${library}/erasures`, () => requireErasuresKnown(stores.of(library)));
    return await deleteExpired(stores.of(library), now(), mayGoOn);
  }
  const deleting = {
    store: fencedStores.of(library),
    open: stores.of(library),
    members: { table: stores.across, pool },
    workflows,
  };
  const came = await deleteLibrary(deleting, tenant, now(), mayGoOn);
  logger.info("A library has left", { library, came });
}

/**
 * Deletes for good what may not be kept any longer, in all libraries: nothing else may delete so. Called for an erasure
 * whose walk has ended, it deletes the earlier versions in its library.
 */
export function createHandler(dependencies: Dependencies) {
  const { stores, now } = dependencies;
  return middyStack({
    says: "Expiring",
    event: z.unknown(),
    keys: () => ({}),
    timed: () => "expire",
    handle: async (event) => {
      const ended = endedExecution(event);
      if (ended === "NOBODYS") return {};
      if (ended !== undefined) {
        const tenant = await loadTenant(stores.across, ended.library);
        await clearErasures(stores.of(ended.library), now(), tenant?.suspended);
        return {};
      }
      const began = performance.now();
      const mayGoOn = () => performance.now() - began < longest;
      count({ expiryErrors: 0 });
      for (const library of beginningWith(Math.floor(now().getTime() / hour), await listLibraries(stores.across))) {
        if (!mayGoOn()) break;
        await orTell(`libraries/${library}`, () => deleteIn(dependencies, library, mayGoOn));
      }
      return {};
    },
  });
}
