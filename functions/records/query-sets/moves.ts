import { randomUUID } from "node:crypto";
import type { LibraryId, OfLibrary } from "#domain/ids";
import type { Criteria } from "#domain/query/criteria";
import { type AuditEntry, actOfSystem, auditEntry } from "#records/library/audit";
import { type Told, writeTelling } from "#records/library/events";
import { exclusionsKey } from "#records/store/exclusions";
import { jobKey } from "#records/store/keys";
import { ifMendable } from "#records/store/mendable";
import { closeTrouble, closeWork, type OpenWork, openFollow, openTrouble, openWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import { type Condition, ifAbsent, ifPresent, type Write, type WriteOutcome } from "#records/store/table";
import { ifFileAsRead } from "#records/store/waiting-upload";
import { type Follow, loadQuery, loadQuerySet, type QuerySet, type QuerySetLife, queryKey } from "./query-sets.ts";

/** Bytes of a search statement that the item holds itself; beyond, lists of query sets would weigh megabytes. */
const longestInItem = 20_000;

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

/** The upload is there: AWAITING_UPLOAD becomes BUILDING. Refused in any other state, and where its file was removed since. */
export async function startBuilding(
  store: Store,
  { querySetId: id, erasedFile }: Pick<QuerySet, "querySetId" | "erasedFile">,
  taken: string,
  audit: AuditEntry,
): Promise<WriteOutcome> {
  return await writeTelling(
    store,
    [toldAs(id, "BUILDING")],
    {
      set: { status: "BUILDING", taken },
      key: jobKey(store, "query-set", id),
      if: ifFileAsRead(ifStatus("AWAITING_UPLOAD"), erasedFile),
    },
    openWork(buildWork(store, id, audit.at)),
    await auditEntry(store, id, audit),
  );
}

export function buildWork(of: OfLibrary, id: string, openedAt: string) {
  return { library: of.library, id, workflow: "build-query-set" as const, attempt: 1, openedAt };
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
      if: ifMendable(ifStatus("FAILED")),
    },
    openWork(work),
    closeTrouble({ library: store.library, id, troubleOf: "build-query-set" }),
    audit,
  );
}

/**
 * One that failed cannot be started again any more, and nobody is to look at it: what that needs is about to go.
 *
 * @returns false where it has been started again meanwhile
 */
export async function giveUpMending(store: Store, id: string): Promise<boolean> {
  const { done } = await store.table.write(
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
  if (done) return true;
  const set = await loadQuerySet(store, id);
  return set !== undefined && set.status !== "BUILDING" && set.canBeMended !== true;
}

/** Says of one that waits that its file is about to go, for somebody in it is erased. False where it has been started. */
export async function noteFileErased(store: Store, id: string): Promise<boolean> {
  const set = { erasedFile: randomUUID() };
  return (await store.table.write({ set, key: jobKey(store, "query-set", id), if: ifStatus("AWAITING_UPLOAD") })).done;
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

function toldAs(id: string, status: QuerySet["status"]): Told {
  return { type: "QUERY_SET", subject: `query-sets/${id}`, status };
}

function inItem(statement: string): string | undefined {
  return Buffer.byteLength(statement) > longestInItem ? undefined : statement;
}

function ifStatus(status: QuerySet["status"]): Condition {
  return { expression: "#status = :status", names: { "#status": "status" }, values: { ":status": status } };
}
