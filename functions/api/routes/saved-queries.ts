import { z } from "zod";
import { criteriaSchema } from "#domain/query/criteria";
import { criteriaStatement, statementInList } from "#domain/query/search-statement";
import { requiredTextSchema } from "#domain/text";
import type { AuditEntry } from "#records/library/audit";
import {
  createSavedQuery,
  deleteSavedQuery,
  listSavedQueries,
  loadSavedQuery,
  replaceSavedQuery,
  type SavedQuery,
} from "#records/query-sets/saved-queries";
import type { Store } from "#records/store/store";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { boundedPage, decodeCursor, pageQuery } from "../page.ts";
import { changedMeanwhile, etag, requireVersion } from "../precondition.ts";
import { notFound } from "../problem.ts";
import { type Call, created, ok, type Route, route } from "../route.ts";
import { querySetWriters } from "./query-sets.ts";

const bodySchema = z.strictObject({ name: requiredTextSchema, criteria: criteriaSchema });

const answerSchema = z.object({
  savedQueryId: z.string(),
  name: z.string(),
  criteria: criteriaSchema,
  searchStatement: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  changedAt: z.string().optional(),
});

function answerOf({ revision, createdBySub, ...query }: SavedQuery) {
  return { ...query, searchStatement: criteriaStatement(query.criteria) };
}

async function savedQueryOf({ library, params }: Call<unknown, unknown>, store: Store): Promise<SavedQuery> {
  const query = await loadSavedQuery(store, library, params.savedQueryId ?? "");
  if (query === undefined) throw notFound();
  return query;
}

function auditOf({ caller, role, now }: Call<unknown, unknown>, action: string, id: string): AuditEntry {
  return { at: now.toISOString(), actor: caller.name, role, action, subject: `saved-queries/${id}`, detail: "" };
}

const one = "/v1/saved-queries/:savedQueryId";

export const savedQueryRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/saved-queries",
    summary: "Saved queries, newest first",
    query: z.strictObject(pageQuery),
    handle: async ({ library, query }, { store }) => {
      const { items, next } = await listSavedQueries(store, library, query.limit, decodeCursor(query.cursor));
      const answers = items.map(answerOf);
      const shown = answers.map((it) => ({ ...it, searchStatement: statementInList(it.searchStatement) }));
      return ok(boundedPage(shown, next, (it) => it.savedQueryId));
    },
  }),
  route({
    method: "POST",
    path: "/v1/saved-queries",
    summary: "Keep criteria under a name",
    roles: querySetWriters,
    body: bodySchema,
    success: { status: 201, schema: answerSchema },
    handle: async (call, { store }) => {
      const { library, newId, body, caller, now } = call;
      const query = {
        savedQueryId: newId,
        ...body,
        ...madeBy(caller),
        createdAt: now.toISOString(),
        revision: 1,
      };
      const { done } = await createSavedQuery(store, library, query, auditOf(call, "SAVED_QUERY_CREATED", newId));
      if (!done) alreadyThere(call);
      return created(answerOf(query), etag(query.revision));
    },
  }),
  route({
    method: "GET",
    path: one,
    summary: "One saved query",
    success: { status: 200, schema: answerSchema },
    handle: async (call, { store }) => {
      const query = await savedQueryOf(call, store);
      return ok(answerOf(query), etag(query.revision));
    },
  }),
  route({
    method: "PUT",
    path: one,
    summary: "Replace a saved query; query sets made from it stay as they are",
    roles: querySetWriters,
    body: bodySchema,
    success: { status: 200, schema: answerSchema },
    handle: async (call, { store }) => {
      const before = await savedQueryOf(call, store);
      requireVersion(call, before.revision);
      const changedAt = call.now.toISOString();
      const query = { ...before, ...call.body, changedAt, revision: before.revision + 1 };
      const audit = auditOf(call, "SAVED_QUERY_REPLACED", query.savedQueryId);
      const { done } = await replaceSavedQuery(store, call.library, query, before.revision, audit);
      if (!done) throw changedMeanwhile(call, (await savedQueryOf(call, store)).revision);
      return ok(answerOf(query), etag(query.revision));
    },
  }),
  route({
    method: "DELETE",
    path: one,
    summary: "Forget a saved query; query sets made from it stay as they are",
    roles: querySetWriters,
    success: { status: 204 },
    handle: async (call, { store }) => {
      const { savedQueryId, revision } = await savedQueryOf(call, store);
      requireVersion(call, revision);
      const audit = auditOf(call, "SAVED_QUERY_DELETED", savedQueryId);
      const { done } = await deleteSavedQuery(store, call.library, savedQueryId, revision, audit);
      if (!done) throw changedMeanwhile(call, (await savedQueryOf(call, store)).revision);
      return { status: 204 };
    },
  }),
];
