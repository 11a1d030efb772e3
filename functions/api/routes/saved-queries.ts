import { savedQueries } from "#contract/saved-queries";
import { criteriaStatement, statementInList } from "#domain/query/search-statement";
import type { AuditEntry } from "#records/library/audit";
import { type SavedQuery, savedQueryShelf } from "#records/query-sets/saved-queries";
import type { Store } from "#records/store/store";
import { actOf, toldChanges } from "../act.ts";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { boundedPage, decodeCursor } from "../page.ts";
import { changedMeanwhile, etag, requireVersion } from "../precondition.ts";
import { nameTaken, notFound } from "../problem.ts";
import { type Call, created, implement, ok, type Route } from "../route.ts";

function answerOf({ revision, createdBySub, ...query }: SavedQuery) {
  return { ...query, searchStatement: criteriaStatement(query.criteria), version: revision };
}

async function savedQueryOf({ library, params }: Call<unknown, unknown>, store: Store): Promise<SavedQuery> {
  const query = await savedQueryShelf.load(store, library, params.savedQueryId ?? "");
  if (query === undefined) throw notFound();
  return query;
}

function auditOf(
  call: Call<unknown, unknown>,
  action: string,
  { savedQueryId, name }: SavedQuery,
  changed: Pick<AuditEntry, "detail" | "changes"> = { detail: "" },
): AuditEntry {
  return actOf(call, action, `saved-queries/${savedQueryId}`, { ...changed, subjectName: name });
}

/** What a replacement is compared by: the criteria in words. */
function wordsOf({ name, criteria }: SavedQuery) {
  return { name, criteria: criteriaStatement(criteria) };
}

export const savedQueryRoutes: readonly Route[] = [
  implement(savedQueries.list, async ({ library, query }, { store }) => {
    const { items, next } = await savedQueryShelf.list(store, library, query.limit, decodeCursor(query.cursor));
    const answers = items.map(answerOf);
    const shown = answers.map((it) => ({ ...it, searchStatement: statementInList(it.searchStatement) }));
    return ok(boundedPage(shown, next, (it) => it.savedQueryId));
  }),
  implement(savedQueries.create, async (call, { store }) => {
    const { library, newId, body, caller, now } = call;
    const query = {
      savedQueryId: newId,
      ...body,
      ...madeBy(caller),
      createdAt: now.toISOString(),
      revision: 1,
    };
    const outcome = await savedQueryShelf.create(store, library, query, auditOf(call, "SAVED_QUERY_CREATED", query));
    if (outcome === "NAME_TAKEN") throw nameTaken("saved query");
    if (outcome === "REFUSED") alreadyThere(call);
    return created(answerOf(query), etag(query.revision));
  }),
  implement(savedQueries.get, async (call, { store }) => {
    const query = await savedQueryOf(call, store);
    return ok(answerOf(query), etag(query.revision));
  }),
  implement(savedQueries.replace, async (call, { store }) => {
    const before = await savedQueryOf(call, store);
    requireVersion(call, before.revision);
    const changedAt = call.now.toISOString();
    const query = { ...before, ...call.body, changedAt, revision: before.revision + 1 };
    const audit = auditOf(call, "SAVED_QUERY_REPLACED", query, toldChanges(wordsOf(before), wordsOf(query)));
    const outcome = await savedQueryShelf.replace(store, call.library, query, before, audit);
    if (outcome === "NAME_TAKEN") throw nameTaken("saved query");
    if (outcome === "REFUSED") throw changedMeanwhile(call, (await savedQueryOf(call, store)).revision);
    return ok(answerOf(query), etag(query.revision));
  }),
  implement(savedQueries.delete, async (call, { store }) => {
    const query = await savedQueryOf(call, store);
    requireVersion(call, query.revision);
    const audit = auditOf(call, "SAVED_QUERY_DELETED", query);
    const outcome = await savedQueryShelf.remove(store, call.library, query, audit);
    if (outcome !== "WRITTEN") throw changedMeanwhile(call, (await savedQueryOf(call, store)).revision);
    return { status: 204 } as const;
  }),
];
