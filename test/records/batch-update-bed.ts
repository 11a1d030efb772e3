import { marshall } from "@aws-sdk/util-dynamodb";
import type { FillRequest } from "#batch-manager/messages";
import { LineSet } from "#domain/line-set";
import type { UpdateSpec } from "#domain/plan/update-spec";
import { storedFieldNames } from "#domain/profile/medium-fields";
import type { MediumRecord } from "#domain/profile/medium-record";
import type { Patron } from "#domain/profile/patron";
import { newId } from "#platform/identifiers";
import { type BatchUpdate, requireBatchUpdate } from "#records/batch-updates/batch-updates";
import { createBatchUpdate, type NewBatchUpdate } from "#records/batch-updates/moves";
import { loadOutcomeIndex } from "#records/batch-updates/outcomes";
import { loadPlanIndex, readPlanChunk, saveSource } from "#records/batch-updates/plans";
import { provisionLibrary } from "#records/library/libraries";
import { encodeMark, encodeValue, loadMediumRecords } from "#records/profiles/medium-records";
import { putItems } from "#records/profiles/patron-writer";
import { patronItem } from "#records/profiles/patrons";
import { memberChunkKey } from "#records/query-sets/members";
import { listGroups } from "#records/service-queues/fill-answers";
import { importLockKey, jobKey, mediumRecordKey, patronKey, updateLockKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { RawItem } from "#records/store/table";
import { batchUpdateId, libraryId, patronId } from "#test/ids";
import { batchUpdateFollowUpRoutes } from "../../functions/api/routes/batch-update-follow-ups.ts";
import { batchUpdateHandoverRoutes } from "../../functions/api/routes/batch-update-handover.ts";
import { batchUpdateResultRoutes } from "../../functions/api/routes/batch-update-results.ts";
import { batchUpdateReviewRoutes } from "../../functions/api/routes/batch-update-review.ts";
import { batchUpdateRunRoutes } from "../../functions/api/routes/batch-update-run.ts";
import { serviceQueueRoutes } from "../../functions/api/routes/service-queues.ts";
import { createHandler as createApply } from "../../functions/apply/handler.ts";
import { createHandler as createPlan } from "../../functions/plan/handler.ts";
import { libraryOf } from "../unit/plan.arbitraries.ts";

import { callRoute } from "./route-call.ts";
import { type Bed, Death, type Delivery, deliveries, type Trouble, writerTimeout } from "./troubled-bed.ts";

export interface SeededPatron {
  readonly patronId: string;
  readonly mainStatus: string;
  readonly reserveCount: number;
  readonly requestCount: number;
  readonly record: MediumRecord | undefined;
}

const routes = [
  ...batchUpdateRunRoutes,
  ...batchUpdateFollowUpRoutes,
  ...batchUpdateReviewRoutes,
  ...batchUpdateHandoverRoutes,
  ...batchUpdateResultRoutes,
  ...serviceQueueRoutes,
];
let libraries = 0;

/** One library of its own, with everything that works on a batch update of it. */
export async function openLibrary(bed: Bed, patrons: readonly SeededPatron[]) {
  const { stores, writers } = bed;
  const library = libraryId(`lib${++libraries}-${Math.random().toString(36).slice(2, 8)}`);
  const store = bed.stores.of(library);
  const medium = "DB";
  const sent: FillRequest[] = [];
  const clock = { now: new Date("2026-09-01T12:00:00Z") };
  const now = () => clock.now;
  const messages = {
    send: async (some: readonly FillRequest[]) => void (await bed.troubled(async () => void sent.push(...some), false)),
    isQuiet: async () => true,
    giveBack: async () => undefined,
  };
  const apply = createApply({ stores, writers, writerTimeout, messages, now });
  const plan = createPlan({ stores, now });
  await provisionLibrary(stores, libraryOf({ library }));
  // Records bear marks of older runs, whose turns are over.
  await store.table.write({ put: { ...updateLockKey({ library }, medium), holder: "older", turn: 5 } });
  await putItems(
    store,
    patrons.flatMap((patron) => [patronRaw(patron), ...recordRaw(patron.patronId, patron.record)]),
  );

  async function sayImported(): Promise<void> {
    const importId = newId(new Date());
    await store.table.write({ put: { ...importLockKey({ library }, "patrons"), importId, isRunning: false } });
  }

  function patronRaw({ patronId: id, mainStatus, reserveCount, requestCount }: SeededPatron): RawItem {
    const item: Patron = {
      patronId: patronId(id),
      lastName: `Last ${id}`,
      mainStatus,
      preferences: [],
      reserveCounts: reserveCount > 0 ? { [medium]: reserveCount } : {},
      requestCounts: requestCount > 0 ? { [medium]: requestCount } : {},
    };
    return marshall(patronItem({ library }, item), { removeUndefinedValues: true });
  }

  function recordRaw(id: string, record: MediumRecord | undefined): RawItem[] {
    if (record === undefined) return [];
    const { pk, sk } = mediumRecordKey({ library }, patronId(id), medium);
    const fields = storedFieldNames.flatMap((name) => {
      const value = record[name];
      return value === undefined ? [] : [[name, encodeValue(value)] as const];
    });
    const { mark } = record;
    return [
      {
        pk: { S: pk },
        sk: { S: sk },
        medium: { S: medium },
        version: { N: String(record.version) },
        ...Object.fromEntries(fields),
        ...(mark && { mark: { S: encodeMark(mark) } }),
        ...(record.removed === true && { removed: { BOOL: true } }),
      },
    ];
  }

  async function deliver(
    run: (event: unknown) => Promise<Record<string, unknown>>,
    event: object,
    trouble: Trouble = {},
  ): Promise<"DONE" | "DIED" | "FAILED"> {
    const delivery: Delivery = { trouble, requests: 0, isDead: false, faults: [...(trouble.writer ?? [])] };
    try {
      await deliveries.run(delivery, async () => await run({ library, ...event }));
      return delivery.isDead ? "DIED" : "DONE";
    } catch (error) {
      if (!delivery.isDead && !(error instanceof Death)) throw error;
      return "DIED";
    }
  }

  /** Calls a route of the API as the library's administrator. */
  async function call(method: string, path: string, batchUpdateId: string, body: unknown = {}) {
    const asked = { library, params: { batchUpdateId }, body, now: clock.now };
    // They start nothing: tests do what follows.
    const workflows = {
      start: async () => undefined,
      startNext: async () => undefined,
      look: async () => "RUNNING" as const,
    };
    return await callRoute(routes, [method, `/v1/batch-updates/:batchUpdateId${path}`], asked, { store, workflows });
  }

  const batchOf = async (id: string) => await requireBatchUpdate(store, batchUpdateId(id));

  return {
    library,
    medium,
    clock,
    sent,
    messages,
    call,
    batchOf,
    patronRaw,

    /** Keeps a batch update over these patrons in this order, its chunks as small as asked for. */
    async create(spec: UpdateSpec, patronIds: readonly string[], chunkSize: number): Promise<string> {
      const id = batchUpdateId(newId(new Date()));
      const querySetId = `set-${id}`;
      const starts: number[] = [];
      for (let start = 0; start < patronIds.length; start += chunkSize) {
        const members = patronIds.slice(start, start + chunkSize).map((patronId) => ({
          patronId,
          lastName: `Last ${patronId}`,
          mainStatus: "ACTIVE",
          media: {},
        }));
        const lines = members.map((member) => JSON.stringify(member));
        await store.objects.putLines(memberChunkKey({ library }, querySetId, starts.length), lines);
        starts.push(start);
      }
      await store.table.write({
        put: { ...jobKey({ library }, "query-set", querySetId), ...knownSet(querySetId, clock.now) },
      });
      const lines = patronIds.length;
      const selected = LineSet.of(lines, patronIds.keys());
      const batch: NewBatchUpdate = {
        library,
        batchUpdateId: id,
        querySetId,
        kind: "UPDATE",
        ...spec,
        patrons: lines,
        large: false,
        asksForFills: spec.changes.addServiceQueue === true,
        createdBy: "ann",
        createdAt: clock.now.toISOString(),
      };
      const source = { from: "QUERY_SET", id: querySetId, chunks: starts.length, starts, lines } as const;
      await saveSource(store, batch, { ...source, selected, taken: LineSet.none(lines) });
      await createBatchUpdate(store, batch);
      return id;
    },

    /** Does something in trouble, as a call does that works on it. */
    async inTrouble(work: (store: Store) => Promise<unknown>, trouble: Trouble) {
      const run = async () => ({ done: await work(store) });
      return await deliver(run, {}, trouble);
    },
    async planTask(job: string, task: object, trouble?: Trouble) {
      return await deliver(plan, { job, ...task }, trouble);
    },
    async applyTask(job: string, task: object, trouble?: Trouble) {
      return await deliver(apply, { job, ...task }, trouble);
    },

    /** Plans without trouble. */
    async plan(job: string): Promise<BatchUpdate> {
      const { bucket: _, key } = await plan({ task: "split", library, job });
      const text = (await store.objects.getText(String(key))) ?? "";
      for (const line of text.split("\n").filter((it) => it.length > 0)) await plan(JSON.parse(line));
      await plan({ task: "close", library, job });
      return await batchOf(job);
    },

    /** Has the reviewed plan processed: what follows is up to deliveries. */
    async process(job: string): Promise<void> {
      const { plan: planned } = await batchOf(job);
      if (planned === undefined) throw new Error("There is no plan");
      const { update, create, remove } = planned.counts;
      await call("POST", "/process", job, { planDigest: planned.digest, patronCount: update + create + remove });
    },

    /** Applies without trouble, as the workflow does. */
    async apply(job: string): Promise<BatchUpdate> {
      const chunks = (await batchOf(job)).starts?.length ?? 0;
      await apply({ task: "split", library, job });
      for (let chunk = 0; chunk < chunks; chunk++) await apply({ task: "chunk", library, job, chunk });
      await apply({ task: "close", library, job });
      return await batchOf(job);
    },

    async records(): Promise<Map<string, MediumRecord>> {
      const ids = patrons.map((it) => patronId(it.patronId));
      return await loadMediumRecords(store, medium, ids);
    },

    async outcomes(job: string): Promise<Map<string, string>> {
      const batch = await batchOf(job);
      const [all, { patronIds }] = await Promise.all([loadOutcomeIndex(store, batch), loadPlanIndex(store, batch)]);
      return new Map(patronIds.map((patronId, line) => [patronId, all?.[line] ?? "NONE"]));
    },

    async planLines(job: string) {
      const batch = await batchOf(job);
      const chunks = await Promise.all((batch.starts ?? []).map(async (_, n) => await readPlanChunk(store, batch, n)));
      return chunks.flat();
    },

    /** Patrons whose service queues were asked for, each as often as it was counted. */
    async requestedFills(job: string): Promise<string[]> {
      const all: string[] = [];
      for await (const group of listGroups(store, batchUpdateId(job))) all.push(...group.requested);
      return all.sort();
    },

    /** As an import does it, which says so first. */
    async setMainStatus(patron: SeededPatron, mainStatus: string): Promise<void> {
      await sayImported();
      await putItems(store, [patronRaw({ ...patron, mainStatus })]);
    },
    /** No import does this: whoever does says so as well. */
    async deletePatron(id: string): Promise<void> {
      await sayImported();
      await store.table.write({ delete: patronKey({ library }, patronId(id)) });
    },
  };
}
export type OpenLibrary = Awaited<ReturnType<typeof openLibrary>>;

/** The item of a query set of which tests write no more than the members: enough for it to be known. */
function knownSet(querySetId: string, now: Date) {
  const counts = { matched: 0, notFound: 0, duplicates: 0 };
  return {
    querySetId,
    status: "READY",
    searchStatement: "All",
    counts,
    excluded: 0,
    createdBy: "ann",
    createdAt: now.toISOString(),
    lastUsedAt: neverUnused,
  };
}
/** Its time is not what tests of batch updates are about. */
const neverUnused = "2999-01-01T00:00:00.000Z";
