import { z } from "zod";
import { type erasureStatuses, type Failing, failingAfter, isTrouble } from "#domain/erasure/erasure-job";
import { keptPatronIdSchema, type OfLibrary, type PatronId } from "#domain/ids";
import { beginErasing, loadImportLock } from "#records/imports/import-lock";
import { type AuditEntry, actOfSystem, auditEntry } from "#records/library/audit";
import { readItem } from "#records/store/format";
import { erasedKey, jobKey, jobPartition } from "#records/store/keys";
import { closeTrouble, closeWork, type OpenWork, openTrouble, openWork } from "#records/store/open-work";
import { readableItems } from "#records/store/readable";
import type { Store } from "#records/store/store";
import { ifAbsent, ifPresent, type Write, type WriteOutcome } from "#records/store/table";

const countsSchema = z.object({
  items: z.number().int(),
  objects: z.number().int(),
  exports: z.number().int(),
  versions: z.number().int(),
});
export type ErasureCounts = z.infer<typeof countsSchema>;
const countNames = countsSchema.keyof().options;

const erasureSchema = z.object({
  erasureId: z.string(),
  patronId: keptPatronIdSchema,
  reason: z.string(),
  /** WALKING over the table and all jobs; then CLEARING earlier versions of objects, which one function alone may do. */
  stage: z.enum(["WALKING", "CLEARING", "COMPLETED"]),
  /** Walks over jobs that were begun: what was at work during one is walked over again when it has ended. */
  pass: z.number().int(),
  /**
   * What the present walk is named by in the bucket, since it began, and the one before. A restored table goes back to an
   * earlier walk, and the bucket does not: what it still holds of the later ones is of nothing that the table knows.
   */
  walk: z.string().optional(),
  walkBefore: z.string().optional(),
  /** Jobs of the present pass, if it is not the first, which is over all. */
  again: z.array(z.string()).optional(),
  /** What was made after this instant was made of what was clean. */
  cleanFrom: z.string().optional(),
  /** When the table held nothing of the patron any more: whoever has the id since then was made anew. */
  cleanSince: z.string().optional(),
  /** Jobs that the last walk could not erase the patron from, how many walks in a row met such, and when to try again. */
  failing: z.object({ jobs: z.array(z.string()), walks: z.number().int(), retryFrom: z.string() }).optional(),
  counts: countsSchema,
  /** Done again, for a restored table did not know it. */
  repeated: z.literal(true).optional(),
  createdBy: z.string(),
  createdBySub: z.string().optional(),
  createdAt: z.string(),
  finishedAt: z.string().optional(),
});

/** The erasure of one patron: the id and why, nothing else of the patron. */
export type Erasure = z.infer<typeof erasureSchema>;
export type NewErasure = Pick<
  Erasure,
  "erasureId" | "patronId" | "reason" | "repeated" | "createdBy" | "createdBySub" | "createdAt"
>;

export function statusOf({ stage }: Pick<Erasure, "stage">): (typeof erasureStatuses)[number] {
  return stage === "COMPLETED" ? "COMPLETED" : "RUNNING";
}

/** Undefined where the library has no such erasure. */
export async function loadErasure(store: Store, id: string): Promise<Erasure | undefined> {
  const item = await store.table.get(jobKey(store, "erasure", id));
  return item && readItem(erasureSchema, item);
}

/** The erasure that an execution works for: it exists, or there would be no execution. */
export async function requireErasure(store: Store, id: string): Promise<Erasure> {
  const found = await loadErasure(store, id);
  if (found === undefined) throw new Error(`There is no erasure ${id} in ${store.library}`);
  return found;
}

/** The ids of all erasures of a library that the table knows. */
export async function knownErasures(store: Store): Promise<Set<string>> {
  const known = new Set<string>();
  for await (const { sk } of store.table.queryAll({ pk: jobPartition(store, "erasure") })) known.add(String(sk));
  return known;
}

/** One page of a library's erasures, newest first. */
export async function listErasures(store: Store, limit: number, after: string | undefined) {
  const pk = jobPartition(store, "erasure");
  const page = await store.table.queryPage({ pk, limit, after, newestFirst: true });
  return { items: await readableItems(page.items, (item) => readItem(erasureSchema, item)), next: page.next };
}

const erasedSchema = z.object({ erasureId: z.string(), at: z.string() });

/** When a patron was asked to be erased last; undefined where never. */
export async function erasedAt(store: Store, patronId: PatronId): Promise<string | undefined> {
  const item = await store.table.get(erasedKey(store, patronId));
  return item && readItem(erasedSchema, item).at;
}

/** Those of some patrons that were asked to be erased, with the instant. */
export async function erasedAmong(store: Store, patronIds: readonly PatronId[]): Promise<Map<PatronId, string>> {
  const items = await store.table.batchGet(patronIds.map((patronId) => erasedKey(store, patronId)));
  return new Map(items.map((item) => [keptPatronIdSchema.parse(item["sk"]), readItem(erasedSchema, item).at]));
}

/** Begins an erasure: from now on no import of patrons begins until the table is clean. Refused where the id is taken. */
export async function beginErasure(store: Store, it: NewErasure, audit: AuditEntry): Promise<WriteOutcome> {
  const { erasureId, patronId, createdAt } = it;
  const counts: ErasureCounts = { items: 0, objects: 0, exports: 0, versions: 0 };
  const entry = await auditEntry(store, erasureId, audit);
  for (;;) {
    const lock = await loadImportLock(store, "patrons");
    const outcome = await store.table.write(
      { put: { ...jobKey(store, "erasure", erasureId), ...it, stage: "WALKING", pass: 1, counts }, if: ifAbsent },
      beginErasing(store, lock, erasureId, createdAt),
      { put: { ...erasedKey(store, patronId), erasureId, at: createdAt } },
      openWork(erasureWork(store, erasureId, createdAt)),
      entry,
    );
    if (outcome.done || outcome.refused.includes(0)) return outcome;
  }
}

export function erasureWork(of: OfLibrary, id: string, openedAt: string): OpenWork {
  return { library: of.library, id, workflow: "erase", attempt: 1, openedAt };
}

/** Keeps what was found to erase. Nothing that was counted before is forgotten by a later look, which finds less. */
export async function countItems(store: Store, { erasureId }: Pick<Erasure, "erasureId">, items: number) {
  await changeCounts(store, erasureId, (counts) => ({ ...counts, items: Math.max(counts.items, items) }));
}

/** Adds what was deleted beside the walks: files of exports, earlier versions, files that waited for their import. */
export async function countDeleted(
  store: Store,
  erasureId: string,
  what: Exclude<keyof ErasureCounts, "items">,
  deleted: number,
): Promise<void> {
  await changeCounts(store, erasureId, (counts) => ({ ...counts, [what]: counts[what] + deleted }));
}

/** One execution works on an erasure at a time, but for one that was given up and is late: its numbers may be lost. */
async function changeCounts(store: Store, id: string, change: (counts: ErasureCounts) => ErasureCounts): Promise<void> {
  const { counts } = await requireErasure(store, id);
  const changed = change(counts);
  if (countNames.every((name) => changed[name] === counts[name])) return;
  await store.table.write({ set: { counts: changed }, key: jobKey(store, "erasure", id), if: ifPresent });
}

/** The write that says that the table is clean, to stand in the transaction that lets imports begin again. */
export function noteTableClean(of: OfLibrary, erasureId: string, at: Date): Write {
  return { set: { cleanSince: at.toISOString() }, key: jobKey(of, "erasure", erasureId), if: ifPresent };
}

/** Begins the present walk under a name. Refused where another call was faster. */
export async function nameWalk(
  store: Store,
  { erasureId, pass }: Pick<Erasure, "erasureId" | "pass">,
  walk: string,
): Promise<WriteOutcome> {
  const { expression, values } = ifAtPass(pass);
  const isNameless = { expression: `${expression} AND attribute_not_exists(walk)`, values };
  return await store.table.write({ set: { walk }, key: jobKey(store, "erasure", erasureId), if: isNameless });
}

const ifAtPass = (pass: number) => ({
  expression: "pass = :pass AND stage = :stage",
  values: { ":pass": pass, ":stage": "WALKING" },
});

/**
 * A walk has come to its end: another one follows over some jobs, when they have ended, or earlier versions are cleared.
 * Support is told where something could not be erased. Refused where another call was faster.
 */
export async function endPass(
  store: Store,
  { erasureId, pass, walk, failing: before }: Pick<Erasure, "erasureId" | "pass" | "walk" | "failing">,
  next: Pick<Erasure, "counts" | "cleanFrom"> & {
    readonly again: readonly string[];
    readonly failed: readonly string[];
  },
  now: Date,
): Promise<WriteOutcome> {
  const { again, counts, cleanFrom, failed } = next;
  const key = jobKey(store, "erasure", erasureId);
  const isPass = ifAtPass(pass);
  const failing = failingAfter(failed, before, now);
  const told = tellOf(store, erasureId, failing, before, now);
  const gone = failing === undefined ? ["failing"] : [];
  return again.length > 0
    ? await store.table.write(
        {
          set: { pass: pass + 1, walkBefore: walk, again, counts, cleanFrom, failing },
          remove: ["walk", ...gone],
          key,
          if: isPass,
        },
        ...told,
      )
    : await store.table.write(
        { set: { stage: "CLEARING", counts }, remove: ["again", ...gone], key, if: isPass },
        ...told,
      );
}

function tellOf(
  { library }: OfLibrary,
  id: string,
  failing: Failing | undefined,
  before: Failing | undefined,
  now: Date,
): Write[] {
  const named = { library, id, troubleOf: "erase" } as const;
  if (failing === undefined) return before === undefined ? [] : [closeTrouble(named)];
  if (!isTrouble(failing)) return [];
  const summary = `The patron could not be erased from ${failing.jobs.slice(0, mostNamed).join(", ")}. ${failing.jobs.length} in all`;
  return [openTrouble({ ...named, trouble: "CHUNK_FAILED", since: now.toISOString(), summary })];
}

const mostNamed = 5;

/** Nothing is left. Refused where it was said before. */
export async function finishErasure(store: Store, erasureId: string, at: Date): Promise<WriteOutcome> {
  const { patronId, counts } = await requireErasure(store, erasureId);
  const { items, objects, exports, versions } = counts;
  const detail = `erasures/${erasureId}: ${items} items, ${objects} objects, ${exports} exports, ${versions} earlier versions`;
  const act = actOfSystem(at, "PATRON_ERASED", `patrons/${patronId}`, detail);
  return await store.table.write(
    {
      set: { stage: "COMPLETED", finishedAt: at.toISOString() },
      key: jobKey(store, "erasure", erasureId),
      if: { expression: "stage = :stage", values: { ":stage": "CLEARING" } },
    },
    closeWork({ library: store.library, workflow: "erase", id: erasureId }),
    await auditEntry(store, erasureId, act),
  );
}
