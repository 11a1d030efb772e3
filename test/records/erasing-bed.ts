import { expect } from "vitest";
import type { LibraryId } from "#domain/ids";
import { newId } from "#platform/identifiers";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
import { eraseFromBatchUpdate } from "#records/batch-updates/erase-patron";
import { serviceQueuesKey } from "#records/batch-updates/outcomes";
import { erasureChunkListKey } from "#records/erasures/erasure-objects";
import { beginErasure, type Erasure, requireErasure } from "#records/erasures/erasures";
import type { Store } from "#records/store/store";
import { batchUpdateId, patronId } from "#test/ids";
import { createHandler } from "../../functions/erase/handler.ts";
import { clearErasures } from "../../functions/expire/erasures.ts";
import { recordOf, specOf } from "../unit/plan.arbitraries.ts";
import { type OpenLibrary, openLibrary } from "./batch-update-bed.ts";
import { audit } from "./import-bed.ts";
import type { Bed } from "./troubled-bed.ts";

/** The patron who is erased. */
export const gone = patronId("P3");
/** What stands of the patron, and of nobody else: the name, as it is or folded, and a value that was there before. */
const marks = ["Last P3", "last p3", "2031-03-03"];
export const patrons = Array.from({ length: 7 }, (_, i) => ({
  patronId: `P${i}`,
  mainStatus: "ACTIVE",
  reserveCount: 0,
  requestCount: 0,
  record: recordOf({ nextServiceDate: i === 3 ? "2031-03-03" : "2026-10-01" }),
}));
export const ids = patrons.map((it) => it.patronId);
export const spec = specOf({ nextServiceDate: "2026-12-01", cutoff: 5 });

export interface Job {
  readonly open: OpenLibrary;
  readonly job: string;
  readonly store: Store;
  batch(): Promise<BatchUpdate>;
}

export async function planned(bed: Bed): Promise<Job> {
  const open = await openLibrary(bed, patrons);
  const job = await open.create(spec, ids, 3);
  await open.plan(job);
  const store = bed.stores.of(open.library);
  return { open, job, store, batch: async () => await open.batchOf(job) };
}

/** A batch update that was applied, with every file that is made of one. */
export async function applied(bed: Bed): Promise<Job> {
  const made = await planned(bed);
  const { open, job, store } = made;
  await open.process(job);
  await open.apply(job);
  await open.call("GET", "/plan/export", job);
  await store.objects.putText(serviceQueuesKey(await made.batch(), "1"), "P3,Last P3");
  return made;
}

export const erase = async ({ store, job }: Job) => await eraseFromBatchUpdate(store, batchUpdateId(job), gone);

/** Every object of a batch update as it stands. */
export async function objectsOf({ store, open, job }: Job): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { key } of store.objects.list(`${open.library}/batch-updates/${job}/`)) {
    found.set(key, (await store.objects.getText(key)) ?? "");
  }
  return found;
}

export function marked(objects: ReadonlyMap<string, string>): string[] {
  return [...objects].filter(([, text]) => marks.some((mark) => text.includes(mark))).map(([key]) => key);
}

export async function planPage({ open, job }: Job) {
  const answer = await open.call("GET", "/plan", job);
  return (answer.body as { items: { patronId: string }[] }).items.find((it) => it.patronId === gone);
}

/** Erasures done step by step, as the API, the workflow and `Expire` do them. */
export type Erasing = ReturnType<typeof erasingIn>;

export function erasingIn({ stores }: Bed, clock: { now: Date }) {
  const handler = createHandler({ stores, now: () => clock.now });
  return {
    async begin(id: string, of: LibraryId): Promise<string> {
      // Later than the end of any import before.
      if (clock.now < new Date()) clock.now = new Date();
      const createdAt = clock.now.toISOString();
      const erasureId = newId(clock.now);
      const it = { erasureId, patronId: patronId(id), reason: "by letter", createdBy: "a", createdAt };
      const act = { ...audit, at: createdAt, action: `erase ${erasureId}` };
      expect(await beginErasure(stores.of(of), it, act)).toEqual({ done: true });
      return erasureId;
    },
    /** One walk, as the workflow has it done. */
    async walk(job: string, of: LibraryId): Promise<Erasure> {
      await handler({ task: "split", library: of, job });
      const text = (await stores.of(of).objects.getText(erasureChunkListKey({ library: of }, job))) ?? "";
      for (const [line] of text.matchAll(/.+/g)) await handler(JSON.parse(line));
      await handler({ task: "close", library: of, job });
      return await requireErasure(stores.of(of), job);
    },
    /** Earlier versions go, and what was needed meanwhile. */
    async end(job: string, of: LibraryId): Promise<void> {
      await clearErasures(stores.of(of), clock.now);
      await handler({ task: "close", library: of, job });
    },
    handler,
  };
}
