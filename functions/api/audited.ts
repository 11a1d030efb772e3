import { auditEntry, noteRefusal } from "#records/library/audit";
import type { Store } from "#records/store/store";
import { actOf } from "./act.ts";
import { isObject } from "./body.ts";
import type { Problem } from "./problem.ts";
import type { AnyCall, Caller, Route } from "./route.ts";

/** Operations by which support sees patrons, or takes them away as a file. */
export const readsOfPatrons: ReadonlySet<string> = new Set([
  "/v1/patrons",
  "/v1/patrons/:patronId",
  "/v1/patrons/:patronId/history",
  "/v1/patrons/:patronId/media/:medium",
  "/v1/patrons/:patronId/media/:medium/service-queue",
  "/v1/query-sets/:querySetId/patrons",
  "/v1/query-sets/:querySetId/not-found",
  "/v1/query-sets/:querySetId/compare/:otherId",
  "/v1/batch-updates/:batchUpdateId/plan",
  "/v1/batch-updates/:batchUpdateId/plan/patron-ids",
  "/v1/batch-updates/:batchUpdateId/outcomes",
  "/v1/batch-updates/:batchUpdateId/outcomes/patron-ids",
  "/v1/batch-updates/:batchUpdateId/service-queues",
]);
const downloads = new Set([
  "/v1/batch-updates/:batchUpdateId/plan/export",
  "/v1/batch-updates/:batchUpdateId/report",
  "/v1/imports/:importId",
  "/v1/exports/:exportId",
  "/v1/audit/export",
]);
/** Looked at every second while they are at work; there is something to take away when they have ended. */
const links: Readonly<Record<string, string>> = {
  "/v1/imports/:importId": "errorsCsvUrl",
  "/v1/exports/:exportId": "url",
};

/**
 * Tells the library that support read its patrons: before they are answered, for what is not told is not shown. Names the
 * address, never what was searched for.
 */
export async function auditRead(store: Store, call: AnyCall, { method, path }: Route, body: unknown): Promise<void> {
  if (call.role !== "support" || method !== "GET") return;
  const action = readsOfPatrons.has(path) ? "PATRONS_READ" : downloads.has(path) ? "DOWNLOADED" : undefined;
  if (action === undefined) return;
  const link = links[path];
  if (link !== undefined && !(isObject(body) && body[link] !== undefined)) return;
  const subject = path.replace("/v1/", "").replace(/:(\w+)/g, (_, name: string) => call.params[name] ?? "");
  await store.table.write(await auditEntry(store, call.newId, actOf(call, action, subject)));
}

/** Tells the library that an act in it was refused: the route alone, without anything that the caller wrote. */
export async function auditRefusal(
  store: Store,
  { caller, requestId }: { readonly caller: Caller; readonly requestId: string },
  { method, path }: Pick<Route, "method" | "path">,
  problem: Problem,
  at: Date,
): Promise<void> {
  const { sub, name, roles } = caller;
  const route = `${method} ${path}`;
  const entry = { actor: { sub, name }, role: roles[0] ?? "", subject: path.replace("/v1/", ""), requestId };
  await noteRefusal(store, route, { ...entry, detail: `${route}: ${problem.message}` }, at);
}
