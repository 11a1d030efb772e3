import { z } from "zod";
import { defaultIdleMinutes, type Idleness, idleness } from "#domain/idle";

/**
 * When somebody last did something in any tab of this browser, and how long they may do nothing. Shared by the tabs: who
 * works in one is not idle in the others. Outlives a closed tab, so that opening another one later does not begin anew.
 */
const key = "last-doing";
const keptSchema = z.object({ at: z.number(), idleMinutes: z.number() });

/** Milliseconds for which doing something is not written down again. */
const often = 1_000;

let idleMinutes = kept()?.idleMinutes ?? defaultIdleMinutes;

function kept(): z.infer<typeof keptSchema> | undefined {
  const text = localStorage.getItem(key);
  try {
    return text === null ? undefined : keptSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** Somebody is at the computer. */
export function markDoing(): void {
  const known = kept();
  const now = Date.now();
  const isFresh = known !== undefined && known.idleMinutes === idleMinutes && Math.abs(now - known.at) < often;
  if (!isFresh) localStorage.setItem(key, JSON.stringify({ at: now, idleMinutes }));
}

/** The library's setting counts from now on, for the time that has gone by too. */
export function allowIdleFor(minutes: number): void {
  idleMinutes = minutes;
  localStorage.setItem(key, JSON.stringify({ at: kept()?.at ?? Date.now(), idleMinutes: minutes }));
}

export function presentIdleness(): Idleness {
  const known = kept();
  return known === undefined
    ? idleness(Date.now(), Date.now(), idleMinutes)
    : idleness(known.at, Date.now(), known.idleMinutes);
}

export function forgetDoing(): void {
  localStorage.removeItem(key);
}
