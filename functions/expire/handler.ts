import { z } from "zod";
import { logged } from "#platform/cause";
import type { Clock } from "#platform/clock";
import { logger } from "#platform/logger";
import { middyStack } from "#platform/middy-stack";
import { count } from "#platform/thread";
import { listLibraries } from "#records/library/tenants";
import type { Stores } from "#records/store/store";
import { deleteExpired } from "./retention.ts";

export interface Dependencies {
  readonly stores: Stores;
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

/** Deletes for good what may not be kept any longer, in all libraries: nothing else may delete so. */
export function createHandler({ stores, now }: Dependencies) {
  return middyStack({
    says: "Expiring",
    event: z.unknown(),
    keys: () => ({}),
    timed: () => "expire",
    handle: async () => {
      const began = performance.now();
      const mayGoOn = () => performance.now() - began < longest;
      count({ expiryErrors: 0 });
      for (const library of beginningWith(Math.floor(now().getTime() / hour), await listLibraries(stores.across))) {
        if (!mayGoOn()) break;
        try {
          await deleteExpired(stores.of(library), now(), mayGoOn);
        } catch (error) {
          count({ expiryErrors: 1 });
          logger.error("A library could not be looked through", { library, ...logged(error) });
        }
      }
      return {};
    },
  });
}
