import { z } from "zod";
import { type ChunkFailure, countErrorNames } from "#domain/support/failure";
import { executionBase, type WorkflowName } from "#domain/workflow";
import { logger } from "#platform/logger";
import { readItem } from "./format.ts";
import { failuresPartition } from "./keys.ts";
import { readableItems } from "./readable.ts";
import type { Store } from "./store.ts";
import type { Item } from "./table.ts";

/** What Lambda tells of an error. Of a function that died it tells something else. */
const causeSchema = z.object({ errorMessage: z.string(), trace: z.array(z.string()).default([]) });

const failureSchema = z.object({
  execution: z.string(),
  chunk: z.number().int(),
  tries: z.number().int(),
  error: z.string(),
  cause: z.string(),
  startedAt: z.string(),
  stoppedAt: z.string(),
});

function readFailure(item: Item): ChunkFailure {
  const { cause, ...failure } = readItem(failureSchema, item);
  return { ...failure, cause: inWords(cause) };
}

/** Places of the code that are shown: enough to find the line. */
const mostPlaces = 4;

function inWords(cause: string): string {
  let told: unknown;
  try {
    told = JSON.parse(cause);
  } catch {
    return cause;
  }
  const { data } = causeSchema.safeParse(told);
  if (data === undefined) return cause;
  const places = data.trace.filter((line) => /^\s*at /.test(line)).slice(0, mostPlaces);
  return [data.errorMessage, ...places.map((place) => place.trim())].join(" ");
}

/**
 * Why chunks of one job failed, of each the last time. For whoever closes the job: it is logged, by name and count.
 *
 * @param job what it is known by, in all executions of one of its workflows
 */
export async function loadFailures(
  store: Store,
  { job, workflow }: { readonly job: string; readonly workflow: WorkflowName },
): Promise<ReadonlyMap<number, ChunkFailure>> {
  const all = await failuresUnder(store, job, executionBase(store.library, job, workflow));
  const last = new Map<number, ChunkFailure>();
  for (const failure of all.toSorted((a, b) => (a.stoppedAt < b.stoppedAt ? -1 : 1))) last.set(failure.chunk, failure);
  const errors = countErrorNames([...last.values()].map(({ error }) => error));
  if (last.size > 0) logger.error("Chunks failed", { library: store.library, job, workflow, errors });
  return last;
}

/** Why chunks of one execution failed, by their number. */
export async function failuresOf(store: Store, job: string, execution: string): Promise<ChunkFailure[]> {
  return (await failuresUnder(store, job, `${execution}#`)).toSorted((a, b) => a.chunk - b.chunk);
}

/** Whether chunks of an execution have failed. */
export async function hasFailures(store: Store, job: string, execution: string): Promise<boolean> {
  const pk = failuresPartition(store, job);
  return (await store.table.queryPage({ pk, begins: `${execution}#`, limit: 1 })).items.length > 0;
}

async function failuresUnder(store: Store, job: string, begins: string): Promise<ChunkFailure[]> {
  const items: Item[] = [];
  for await (const item of store.table.queryAll({ pk: failuresPartition(store, job), begins })) items.push(item);
  return await readableItems(items, readFailure);
}
