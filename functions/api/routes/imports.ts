import { imports } from "#contract/imports";
import { importErrorDays, isOver, startableDays, startableHours } from "#domain/retention";
import { sideBySide } from "#platform/side-by-side";
import { importErrorsKey, importFileKey, importUploadKey } from "#records/imports/import-objects";
import {
  busyNow,
  createImport,
  type Import,
  importWork,
  listImports,
  loadImport,
  startImport,
} from "#records/imports/imports";
import { loadImportProgress } from "#records/imports/progress";
import type { AuditEntry } from "#records/library/audit";
import type { Store } from "#records/store/store";
import { takeUpload } from "#records/store/uploads";
import { actOf } from "../act.ts";
import { alreadyThere } from "../handler.ts";
import { mustWaitFor } from "../import-busy.ts";
import { madeBy } from "../maker.ts";
import { answersAtOnce, decodeCursor, page } from "../page.ts";
import { conflict, notFound } from "../problem.ts";
import { accepted, type Call, created, type Dependencies, implement, ok, type Route } from "../route.ts";
import { erasedSinceTaken, requireTaken } from "../upload.ts";

const contentTypes = { jsonl: "application/x-ndjson", csv: "text/csv" } as const;

async function importOf({ params }: Call<unknown, unknown, "importId">, store: Store): Promise<Import> {
  const found = await loadImport(store, params.importId);
  if (found === undefined) throw notFound();
  return found;
}

/** An import as clients see it; in a list without a link, for each link is good for minutes only. */
async function answerOf(store: Store, it: Import, now: Date, options: { link: boolean }) {
  const { startedWith, taken, createdBySub, erasedFile, canBeMended, ...shown } = it;
  const { createdAt, finishedAt = createdAt } = it;
  const isKept = !isOver(finishedAt, importErrorDays, now);
  const hasErrors = it.status === "COMPLETED_WITH_ERRORS" && it.counts.rejected > 0 && isKept;
  return {
    ...shown,
    progress: await loadImportProgress(store, it),
    ...(hasErrors && options.link && { errorsCsvUrl: await errorsUrl(store, it.importId) }),
  };
}

async function errorsUrl(store: Store, importId: string): Promise<string> {
  const key = importErrorsKey(store, importId);
  return await store.objects.downloadUrl(key, `import-${importId}-errors.csv`, "text/csv; charset=utf-8");
}

function auditOf(call: Call<unknown, unknown>, action: string, it: Pick<Import, "importId" | "kind">): AuditEntry {
  return actOf(call, action, `imports/${it.importId}`, { detail: it.kind });
}

async function start(call: Call<unknown, unknown, "importId">, { store, workflows }: Dependencies) {
  const { now, onceKey, newId } = call;
  const it = await importOf(call, store);
  const { importId } = it;
  if (it.status === "AWAITING_UPLOAD") {
    if (isOver(it.createdAt, startableDays, now))
      throw conflict(`Its file was kept for ${startableHours} hours and has been deleted. Create a new import.`);
    // Before the file is copied: a copy that nothing is started with would lie there.
    const before = await busyNow(store, it.kind);
    if (before !== undefined && before.busyWith !== importId) throw mustWaitFor(before);
    const from = importUploadKey(store, importId);
    const taken = importFileKey(store, importId, newId);
    requireTaken(await takeUpload(store, from, taken), it.erasedFile !== undefined);
    const request = { at: now.toISOString(), onceKey, newId };
    const outcome = await startImport(store, it, request, auditOf(call, "IMPORT_STARTED", it));
    if (outcome === "STARTED_BEFORE") {
      if ((await loadImport(store, importId))?.status !== "AWAITING_UPLOAD") throw startedBefore();
      throw await erasedSinceTaken(store, taken);
    }
    if (outcome !== "STARTED") throw mustWaitFor(outcome);
  } else if (onceKey === undefined || it.startedWith !== onceKey) {
    throw startedBefore();
  }
  await workflows.start(importWork(store, importId, it.startedAt ?? now.toISOString()));
  const started = (await loadImport(store, importId)) ?? it;
  return accepted(await answerOf(store, started, now, { link: true }));
}

function startedBefore() {
  return conflict("This import has already been started. Look at its status.");
}

export const importRoutes: readonly Route[] = [
  implement(imports.create, async (call, { store }) => {
    const { newId: importId, body, caller, now } = call;
    const it = { importId, ...body, ...madeBy(caller), createdAt: now.toISOString() };
    const { done } = await createImport(store, it, auditOf(call, "IMPORT_CREATED", it));
    if (!done) alreadyThere(call);
    const upload = await store.objects.uploadUrl(importUploadKey(store, importId), contentTypes[body.format]);
    return created({ importId, status: "AWAITING_UPLOAD", upload });
  }),
  implement(imports.list, async ({ query, now }, { store }) => {
    const { items, next } = await listImports(store, query.limit, decodeCursor(query.cursor));
    const answers = await sideBySide(items, answersAtOnce, (it) => answerOf(store, it, now, { link: false }));
    return ok(page(answers, next));
  }),
  implement(imports.get, async (call, { store }) =>
    ok(await answerOf(store, await importOf(call, store), call.now, { link: true })),
  ),
  implement(imports.start, start),
];
