import { z } from "zod";
import { readEnvironment } from "./environment.ts";

/**
 * The time by which long periods go: reviews, retention, keys of idempotency, leases, what the sweep finds late. Whatever
 * waits for seconds only (looks at a run, tries, time-outs) goes by the machine's own clock, which nobody moves.
 */
export type Clock = () => Date;

/** Seconds by which the clock is ahead. One machine alone passes it on; no template holds it. */
const clockEnvironment = { CLOCK_OFFSET_SECONDS: z.coerce.number().int().default(0) };

export function openClock(): Clock {
  const ahead = readEnvironment(clockEnvironment).CLOCK_OFFSET_SECONDS * 1000;
  return () => new Date(Date.now() + ahead);
}
