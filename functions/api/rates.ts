import { type Counted, counted, isOver, mustTell, rateWindow, windowAt } from "#domain/rate";
import { Cache } from "#platform/cache";
import { logged } from "#platform/cause";
import { logger } from "#platform/logger";
import { countRequests } from "#records/library/requests";
import type { OfEach, Store } from "#records/store/store";
import { Problem } from "./problem.ts";
import type { Caller } from "./route.ts";

/** Libraries whose requests an instance counts at a time. */
const mostCounted = 1000;

/**
 * Holds each library to so many requests a second, over all instances of the API and averaged over ten seconds. Asked once
 * it is known who comes: requests without a token use up nobody's share. Support belongs to no library and is not counted.
 *
 * @param perSecond undefined: there is no such limit, and nothing is counted
 * @throws Problem RATE_LIMITED, with the seconds after which the library may go on
 */
export function createRates(stores: OfEach<Store>, perSecond: number | undefined) {
  if (perSecond === undefined) return async () => {};
  const most = (perSecond * rateWindow) / 1000;
  const known = new Cache<Counted>(mostCounted);
  return async ({ library }: Pick<Caller, "library">, now: Date): Promise<void> => {
    if (library === undefined) return;
    const mine = counted(known.get(library), now);
    known.set(library, mine);
    if (mustTell(mine, most, now)) {
      known.set(library, { ...mine, told: mine.told + mine.untold, untold: 0, toldAt: now.getTime() });
      const told = await tell(stores.of(library), mine);
      const since = known.get(library);
      if (told !== undefined && since?.window === mine.window) known.set(library, { ...since, told });
    }
    const judged = known.get(library) ?? mine;
    if (judged.window !== mine.window || !isOver(judged, most)) return;
    const seconds = Math.ceil(windowAt(now).left / 1000);
    throw new Problem(
      "RATE_LIMITED",
      `Your library is sending more than ${perSecond} requests per second. Continue in ${seconds} seconds, more slowly.`,
      undefined,
      { headers: { "retry-after": String(seconds) } },
    );
  };
}

/** Undefined where it could not be told: then an instance goes by what it knows, for nobody is to wait for a count. */
async function tell(store: Store, { window, untold }: Counted): Promise<number | undefined> {
  try {
    return await countRequests(store, window, untold);
  } catch (error) {
    logger.warn("Requests could not be counted", logged(error));
    return undefined;
  }
}
