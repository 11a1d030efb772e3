import { AsyncLocalStorage } from "node:async_hooks";
import type { Counts } from "./counts.ts";

/** Ids and numbers of what is going on, such as its library and job. Never patron data. */
export type Facts = Readonly<Record<string, string | number | undefined>>;

interface Thread {
  facts: Facts;
  /** One for the whole call: what is counted within a part of it belongs to the call as well. */
  readonly counts: Map<keyof Counts, number>;
}

/**
 * What a call of a function works for, carried along its asynchronous work: calls that go on at the same time, and parts of
 * one call side by side, do not see each other's. The log writes the facts on each of its lines.
 */
const threads = new AsyncLocalStorage<Thread>();

/** Begins the thread of a call, which knows nothing yet and has counted nothing. */
export async function inThread<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  return await threads.run({ facts: {}, counts: new Map() }, work);
}

/** Works on a part with more facts, which are gone when the part is over. */
export async function within<Answer>(facts: Facts, work: () => Promise<Answer>): Promise<Answer> {
  const outer = threads.getStore();
  const counts = outer?.counts ?? new Map();
  return await threads.run({ facts: { ...outer?.facts, ...facts }, counts }, work);
}

/** Adds to what is known of the call, or of the part, that is going on. */
export function addFacts(facts: Facts): void {
  const thread = threads.getStore();
  if (thread !== undefined) thread.facts = { ...thread.facts, ...facts };
}

export function currentFacts(): Facts {
  return threads.getStore()?.facts ?? {};
}

/** The Request-Id of the request by which all this came about, if one did. */
export function causingRequest(): string | undefined {
  const { requestId } = currentFacts();
  return typeof requestId === "string" ? requestId : undefined;
}

/** Adds to the numbers of the call: they stand on its summary line, and those that are metrics become metrics. */
export function count(counts: Counts): void {
  const found = threads.getStore()?.counts;
  if (found === undefined) return;
  // Safe: what a caller may count has a name of the table, as its type says.
  for (const [name, number] of Object.entries(counts) as [keyof Counts, number | undefined][]) {
    if (number !== undefined) found.set(name, (found.get(name) ?? 0) + number);
  }
}

/** What the call has counted so far. */
export function currentCounts(): Counts {
  return Object.fromEntries(threads.getStore()?.counts ?? []);
}
