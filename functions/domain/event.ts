import { z } from "zod";
import { batchUpdateStatuses } from "./batch-update/state.ts";
import { querySetStatuses } from "./query/query-set.ts";

/** What changes its state and is told of. */
export const eventTypes = ["QUERY_SET", "BATCH_UPDATE", "IMPORT", "EXPORT", "SERVICE_QUEUES"] as const;
export type EventType = (typeof eventTypes)[number];

/**
 * What a thing has become. WAITING: a review was handed over to the administrators. FILLING and what follows it are of the
 * service queues of a batch update.
 */
export const eventStatuses = [
  ...new Set([
    ...querySetStatuses,
    ...batchUpdateStatuses,
    "WAITING",
    "RUNNING",
    "NONE",
    "FILLING",
    "FILLED",
    "FILLED_WITH_ERRORS",
  ] as const),
];
export const eventStatusSchema = z.enum(eventStatuses);
export type EventStatus = z.infer<typeof eventStatusSchema>;

/** Days for which events are kept. */
export const eventDays = 30;

/** The instant after which an event is not told any more, in seconds as the table's time to live takes it. */
export function eventEnds(at: string): number {
  return Math.floor(Date.parse(at) / 1000) + eventDays * 24 * 3600;
}
