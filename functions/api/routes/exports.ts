import { exports } from "#contract/exports";
import { sideBySide } from "#platform/side-by-side";
import { exportFileKey } from "#records/exports/export-objects";
import { createExport, type Export, exportWork, listExports, loadExport } from "#records/exports/exports";
import type { Store } from "#records/store/store";
import { actOf } from "../act.ts";
import { exportStanding, exportTypes } from "../export-answer.ts";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { answersAtOnce, decodeCursor, page } from "../page.ts";
import { notFound, notYet } from "../problem.ts";
import { type Call, type CallOf, created, type Dependencies, implement, ok, type Route } from "../route.ts";
import { usedSet } from "./query-sets.ts";

/** One that is asked for here: what a library takes with it when it leaves is support's to see. */
type Shown = Export & { readonly kind: "patrons" | "titles" };

function isShown(it: Export | undefined): it is Shown {
  return it !== undefined && it.kind !== "library";
}

/** An export as clients see it; in a list without a link, for each link is good for minutes only. */
async function answerOf(store: Store, it: Shown, now: Date) {
  const { kind, format, querySetId } = it;
  const rows = it.files?.[fileOf(it)];
  return {
    ...(await exportStanding(store, it, now)),
    kind,
    format,
    ...(querySetId !== undefined && { querySetId }),
    ...(rows !== undefined && { rows }),
  };
}

function fileOf({ kind, format }: Shown): string {
  return `${kind}.${format}`;
}

async function urlOf(store: Store, it: Shown): Promise<string> {
  const key = exportFileKey(store, it.exportId, fileOf(it));
  const name = `${store.library}-${it.kind}-${it.createdAt.slice(0, 10)}.${it.format}`;
  return await store.objects.downloadUrl(key, name, exportTypes[it.format]);
}

async function create(call: CallOf<typeof exports.create>, { store, workflows }: Dependencies) {
  const { newId: exportId, body, caller, now } = call;
  const { kind, format, querySetId } = body;
  const set = querySetId === undefined ? undefined : await usedSet(store, querySetId, now);
  if (set !== undefined && set.status !== "READY") {
    throw notYet("READY", set.status, `The query set is ${set.status}. An export needs one that is READY.`);
  }
  const it = { exportId, kind, format, ...(querySetId !== undefined && { querySetId }), ...madeBy(caller) };
  const createdAt = now.toISOString();
  const detail = `${kind} as ${format}${querySetId === undefined ? "" : `, of query-sets/${querySetId}`}`;
  const act = actOf(call, "EXPORT_CREATED", `exports/${exportId}`, { detail });
  const { done } = await createExport(store, { ...it, createdAt }, act);
  if (!done) alreadyThere(call);
  await workflows.start(exportWork(store, exportId, createdAt));
  return created(await answerOf(store, { ...it, createdAt, status: "RUNNING" }, now));
}

async function get({ params, now }: Call<unknown, unknown, "exportId">, { store }: Dependencies) {
  const it = await loadExport(store, params.exportId);
  if (!isShown(it)) throw notFound();
  const answer = await answerOf(store, it, now);
  return ok({ ...answer, ...(answer.status === "COMPLETED" && { url: await urlOf(store, it) }) });
}

export const exportRoutes: readonly Route[] = [
  implement(exports.create, create),
  implement(exports.list, async ({ query, now }, { store }) => {
    const { items, next } = await listExports(store, query.limit, decodeCursor(query.cursor));
    const answers = await sideBySide(items.filter(isShown), answersAtOnce, (it) => answerOf(store, it, now));
    return ok(page(answers, next));
  }),
  implement(exports.get, get),
];
