import { randomUUID } from "node:crypto";
import { z } from "zod";
import { batchUpdateIdSchema, type LibraryId, type OfLibrary } from "#domain/ids";
import { updateSpecSchema } from "#domain/plan/update-spec";
import { type Criteria, criteriaSchema } from "#domain/query/criteria";
import { querySetStatuses } from "#domain/query/query-set";
import { roles } from "#domain/role";
import { sideBySide } from "#platform/side-by-side";
import { type AuditEntry, actOfSystem, auditEntry } from "#records/library/audit";
import { type Told, writeTelling } from "#records/library/events";
import { exclusionsKey } from "#records/store/exclusions";
import { readItem } from "#records/store/format";
import { jobKey } from "#records/store/keys";
import { closeTrouble, closeWork, type OpenWork, openFollow, openTrouble, openWork } from "#records/store/open-work";
import { Lost, readable } from "#records/store/readable";
import type { Store } from "#records/store/store";
import { type Condition, type Item, ifAbsent, ifPresent, type Write, type WriteOutcome } from "#records/store/table";

const count = z.number().int().min(0);

/** What follows a query set by itself once it is READY: a batch update, in the role of whoever started it. */
const followSchema = z.object({ batchUpdateId: batchUpdateIdSchema, spec: updateSpecSchema, role: z.enum(roles) });
export type Follow = z.infer<typeof followSchema>;

const itemSchema = z.object({
  querySetId: z.string(),
  name: z.string().optional(),
  status: z.enum(querySetStatuses),
  stateReason: z.string().optional(),
  failedAt: z.string().optional(),
  /** Of a FAILED one, whether starting it again may help. */
  canBeMended: z.boolean().optional(),
  /** Left out where it is long: then it stands in the query object alone. */
  searchStatement: z.string().optional(),
  /** Where the ids come from, if the set has a list of ids. */
  ids: z.enum(["LIST", "UPLOAD"]).optional(),
  /** Names the copy of the upload that was taken when the set was started. Those from before have none. */
  taken: z.string().optional(),
  counts: z.object({ matched: count, notFound: count, duplicates: count }),
  /** Apart from the other counts, for it alone changes once the set is READY. */
  excluded: count,
  /** The query set that was asked again by this one. */
  refreshOf: z.string().optional(),
  follow: followSchema.optional(),
  /** Why nothing followed, as a sentence. */
  planProblem: z.string().optional(),
  createdBy: z.string(),
  createdBySub: z.string().optional(),
  createdAt: z.string(),
  /** When somebody looked at it or planned with it last, to the day; missing where nobody has since its first. */
  lastUsedAt: z.string().optional(),
  /** Another one each time that a patron was erased from its objects: what a warm function keeps of them is over by then. */
  rewritten: z.string().optional(),
  /** Nobody needs it any more: it is being deleted, and is there for nobody. */
  ending: z.literal(true).optional(),
});

/** A query set as it stands. Its members are in S3 and never change once it is READY. */
export interface QuerySet extends Omit<z.infer<typeof itemSchema>, "searchStatement" | "counts" | "excluded"> {
  readonly library: LibraryId;
  /** `matched` includes the excluded. */
  readonly counts: { matched: number; excluded: number; notFound: number; duplicates: number };
  readonly searchStatement: string;
}

/** The query as it was asked, kept beside the members. */
const querySchema = z.object({ criteria: criteriaSchema.optional(), searchStatement: z.string() });
export type Query = z.infer<typeof querySchema>;

/** Bytes of a search statement that the item holds itself; beyond, lists of query sets would weigh megabytes. */
const longestInItem = 20_000;

export function querySetFolder(of: OfLibrary, id: string): string {
  return `${of.library}/query-sets/${id}`;
}

export function uploadKey(of: OfLibrary, id: string): string {
  return `${querySetFolder(of, id)}/upload`;
}

/** The file as it was when the set was started: no link reaches it. `taken` is the id of the request that took it. */
export function uploadedFileKey(of: OfLibrary, id: string, taken: string): string {
  return `${querySetFolder(of, id)}/uploaded/${taken}`;
}

export function idListKey(of: OfLibrary, id: string): string {
  return `${querySetFolder(of, id)}/ids.json`;
}

const queryKey = (of: OfLibrary, id: string) => `${querySetFolder(of, id)}/query.json`;

/** Undefined where the library has no such query set. */
export async function loadQuerySet(store: Store, id: string): Promise<QuerySet | undefined> {
  const item = await store.table.get(jobKey(store, "query-set", id));
  if (item === undefined || item["ending"] === true) return undefined;
  return await withStatement(store, item);
}

/** Whether a set is being deleted: it is there for nobody, but objects of it may be. */
export async function isEnding(store: Store, id: string): Promise<boolean> {
  return (await store.table.get(jobKey(store, "query-set", id)))?.["ending"] === true;
}

const readsAtOnce = 16;

/** One page of a library's query sets, newest first. */
export async function listQuerySets(store: Store, limit: number, after: string | undefined) {
  const { pk } = jobKey(store, "query-set", "");
  const page = await store.table.queryPage({ pk, limit, after, newestFirst: true });
  const kept = page.items.filter((item) => item["ending"] !== true);
  const items = await sideBySide(kept, readsAtOnce, (item) =>
    readable(`${pk} ${item["sk"]}`, () => withStatement(store, item)),
  );
  return { items: items.filter((item) => item !== undefined), next: page.next };
}

/** What is kept of every query set of a library that says when it ends. */
const lifeSchema = itemSchema.pick({
  querySetId: true,
  status: true,
  createdAt: true,
  lastUsedAt: true,
  ending: true,
  failedAt: true,
  canBeMended: true,
  ids: true,
});
export type QuerySetLife = z.infer<typeof lifeSchema>;

/** All query sets of a library that can be read, those that are ending among them. */
export async function* listQuerySetLives(store: Store, unread?: (item: Item) => void): AsyncGenerator<QuerySetLife> {
  const { pk } = jobKey(store, "query-set", "");
  for await (const item of store.table.queryAll({ pk })) {
    const life = await readable(`${pk} ${item["sk"]}`, () => readItem(lifeSchema, item));
    if (life !== undefined) yield life;
    else unread?.(item);
  }
}

/** Notes that a set is used, so that it does not end. False where it has ended. */
export async function noteUse(store: Store, { querySetId }: Pick<QuerySet, "querySetId">, at: Date): Promise<boolean> {
  const isThere = { expression: "attribute_exists(pk) AND attribute_not_exists(ending)" };
  const key = jobKey(store, "query-set", querySetId);
  return (await store.table.write({ set: { lastUsedAt: at.toISOString() }, key, if: isThere })).done;
}

/** Objects of it were rewritten: whoever keeps some of them reads them anew. */
export async function noteErasure(store: Store, { querySetId }: Pick<QuerySet, "querySetId">): Promise<void> {
  const key = jobKey(store, "query-set", querySetId);
  await store.table.write({ set: { rewritten: randomUUID() }, key, if: ifPresent });
}

/** From now on the set is there for nobody. False where somebody has used it since it was read. */
export async function beginEnding(store: Store, { querySetId, lastUsedAt }: QuerySetLife): Promise<boolean> {
  const key = jobKey(store, "query-set", querySetId);
  const isUnused =
    lastUsedAt === undefined
      ? { expression: "attribute_exists(pk) AND attribute_not_exists(lastUsedAt)" }
      : { expression: "lastUsedAt = :used", values: { ":used": lastUsedAt } };
  return (await store.table.write({ set: { ending: true }, key, if: isUnused })).done;
}

/** The last of an ended set: its objects are gone. */
export async function endQuerySet(
  store: Store,
  { querySetId }: QuerySetLife,
  objects: number,
  at: Date,
): Promise<void> {
  const act = actOfSystem(at, "QUERY_SET_ENDED", `query-sets/${querySetId}`, `${objects} objects, not used for long`);
  await store.table.write(
    { delete: jobKey(store, "query-set", querySetId) },
    { delete: exclusionsKey({ library: store.library, kind: "query-set", id: querySetId }) },
    await auditEntry(store, querySetId, act),
  );
}

export async function loadQuery(store: Store, id: string): Promise<Query> {
  const query = await store.objects.getJson(queryKey(store, id), querySchema);
  if (query === undefined) throw new Lost(`Query set ${id} has lost its query`);
  return query;
}

/** What was asked, as it can be asked again; undefined where a set was made by ids alone. */
export async function loadCriteria(store: Store, id: string): Promise<Criteria | undefined> {
  return (await store.objects.getJson(queryKey(store, id), querySchema))?.criteria;
}

export interface NewQuerySet {
  readonly library: LibraryId;
  readonly querySetId: string;
  readonly name: string | undefined;
  readonly criteria: Criteria | undefined;
  readonly searchStatement: string;
  readonly ids: "LIST" | "UPLOAD" | undefined;
  readonly refreshOf?: string;
  readonly follow?: Follow;
  readonly createdBy: string;
  readonly createdBySub: string;
  readonly createdAt: string;
}

/** Keeps a new query set: AWAITING_UPLOAD where its ids come by upload, else BUILDING. Refused where the id is taken. */
export async function createQuerySet(store: Store, set: NewQuerySet, audit: AuditEntry): Promise<WriteOutcome> {
  const { querySetId, searchStatement } = set;
  const query = { ...(set.criteria !== undefined && { criteria: set.criteria }), searchStatement };
  await store.objects.putJson(queryKey(store, querySetId), query);
  const waits = set.ids === "UPLOAD";
  const item = {
    ...jobKey(store, "query-set", querySetId),
    querySetId,
    name: set.name,
    status: waits ? "AWAITING_UPLOAD" : "BUILDING",
    searchStatement: inItem(searchStatement),
    ids: set.ids,
    counts: { matched: 0, notFound: 0, duplicates: 0 },
    excluded: 0,
    refreshOf: set.refreshOf,
    follow: set.follow,
    createdBy: set.createdBy,
    createdBySub: set.createdBySub,
    createdAt: set.createdAt,
  };
  const work = waits ? [] : [openWork(buildWork(store, querySetId, set.createdAt))];
  return await writeTelling(
    store,
    [toldAs(querySetId, waits ? "AWAITING_UPLOAD" : "BUILDING")],
    { put: item, if: ifAbsent },
    await auditEntry(store, querySetId, audit),
    ...work,
  );
}

/** Gives a set another name: by itself, for nothing else of a set depends on it. */
export async function renameQuerySet(
  store: Store,
  { querySetId }: QuerySet,
  name: string,
  audit: AuditEntry,
  auditId: string,
): Promise<void> {
  await store.table.write(
    { set: { name }, key: jobKey(store, "query-set", querySetId), if: ifPresent },
    await auditEntry(store, auditId, audit),
  );
}

/** The upload is there: AWAITING_UPLOAD becomes BUILDING. Refused in any other state. */
export async function startBuilding(store: Store, id: string, taken: string, audit: AuditEntry): Promise<WriteOutcome> {
  return await writeTelling(
    store,
    [toldAs(id, "BUILDING")],
    {
      set: { status: "BUILDING", taken },
      key: jobKey(store, "query-set", id),
      if: ifStatus("AWAITING_UPLOAD"),
    },
    openWork(buildWork(store, id, audit.at)),
    await auditEntry(store, id, audit),
  );
}

export function buildWork(of: OfLibrary, id: string, openedAt: string) {
  return { library: of.library, id, workflow: "build-query-set" as const, attempt: 1, openedAt };
}

/** Nothing follows a set after all. `why` is a sentence for the person who started it. */
export async function endFollowing(
  store: Store,
  { querySetId }: QuerySet,
  why: string,
  at: Date,
  ...also: Write[]
): Promise<void> {
  const act = actOfSystem(at, "QUERY_SET_NOT_FOLLOWED", `query-sets/${querySetId}`, why);
  await store.table.write(
    { set: { planProblem: why }, key: jobKey(store, "query-set", querySetId), if: ifPresent },
    await auditEntry(store, querySetId, act),
    ...also,
  );
}

/** BUILDING becomes READY with its counts. What follows it is opened with it. Refused where the set is final already: then nothing changes. */
export async function finishQuerySet(
  store: Store,
  { querySetId: id, follow }: Pick<QuerySet, "querySetId" | "follow">,
  result: { matched: number; notFound: number; duplicates: number; searchStatement: string },
): Promise<WriteOutcome> {
  const { searchStatement, ...counts } = result;
  const query = await loadQuery(store, id);
  if (query.searchStatement !== searchStatement) {
    await store.objects.putJson(queryKey(store, id), { ...query, searchStatement });
  }
  const short = inItem(searchStatement);
  return await writeTelling(
    store,
    [toldAs(id, "READY")],
    {
      set: { status: "READY", counts, searchStatement: short },
      ...(short === undefined && { remove: ["searchStatement"] }),
      key: jobKey(store, "query-set", id),
      if: ifStatus("BUILDING"),
    },
    closeWork({ library: store.library, id, workflow: "build-query-set" }),
    ...(follow === undefined ? [] : [openFollow({ library: store.library, id, follow: follow.batchUpdateId })]),
  );
}

/**
 * BUILDING becomes FAILED. `reason` is a sentence for the person who made the set.
 *
 * @param options.canBeMended whether it is no fault of the list of ids: then somebody is to look at it, and what building
 *   needs is kept for some hours
 */
export async function failQuerySet(
  store: Store,
  id: string,
  reason: string,
  at: Date,
  { canBeMended }: { readonly canBeMended: boolean },
): Promise<WriteOutcome> {
  const since = at.toISOString();
  const named = { library: store.library, id, troubleOf: "build-query-set" } as const;
  const trouble = openTrouble({ ...named, trouble: "JOB_FAILED", since, summary: reason });
  const act = actOfSystem(at, "QUERY_SET_FAILED", `query-sets/${id}`, reason);
  return await writeTelling(
    store,
    [toldAs(id, "FAILED")],
    {
      set: { status: "FAILED", stateReason: reason, failedAt: since, canBeMended },
      key: jobKey(store, "query-set", id),
      if: ifStatus("BUILDING"),
    },
    closeWork({ library: store.library, id, workflow: "build-query-set" }),
    ...(canBeMended ? [trouble] : []),
    await auditEntry(store, id, act),
  );
}

function toldAs(id: string, status: QuerySet["status"]): Told {
  return { type: "QUERY_SET", subject: `query-sets/${id}`, status };
}

/** FAILED becomes BUILDING again, with what is kept of it for some hours. Refused in any other state. */
export async function buildAgain(store: Store, work: OpenWork, audit: Write): Promise<WriteOutcome> {
  const { id } = work;
  return await writeTelling(
    store,
    [toldAs(id, "BUILDING")],
    {
      set: { status: "BUILDING" },
      remove: ["stateReason", "failedAt", "canBeMended"],
      key: jobKey(store, "query-set", id),
      if: ifStatus("FAILED"),
    },
    openWork(work),
    closeTrouble({ library: store.library, id, troubleOf: "build-query-set" }),
    audit,
  );
}

/** One that failed cannot be started again any more, and nobody is to look at it: what that needs is about to go. */
export async function giveUpMending(store: Store, id: string): Promise<void> {
  await store.table.write(
    {
      set: { canBeMended: false },
      key: jobKey(store, "query-set", id),
      if: {
        expression: "canBeMended = :yes AND #status = :failed",
        names: { "#status": "status" },
        values: { ":yes": true, ":failed": "FAILED" },
      },
    },
    closeTrouble({ library: store.library, id, troubleOf: "build-query-set" }),
  );
}

async function withStatement(store: Store, item: Item): Promise<QuerySet> {
  const { counts, excluded, ...rest } = readItem(itemSchema, item);
  const searchStatement = rest.searchStatement ?? (await loadQuery(store, rest.querySetId)).searchStatement;
  return { ...rest, counts: { ...counts, excluded }, library: store.library, searchStatement };
}

function inItem(statement: string): string | undefined {
  return Buffer.byteLength(statement) > longestInItem ? undefined : statement;
}

function ifStatus(status: QuerySet["status"]): Condition {
  return { expression: "#status = :status", names: { "#status": "status" }, values: { ":status": status } };
}
