import { z } from "zod";
import { exportExpires, exportStatuses } from "#domain/export/export-job";
import type { OfLibrary } from "#domain/ids";
import { importFormats } from "#domain/import/import-job";
import { type AuditEntry, actOfSystem, auditEntry } from "#records/library/audit";
import { type Told, writeTelling } from "#records/library/events";
import { readItem } from "#records/store/format";
import { jobKey, jobPartition } from "#records/store/keys";
import { closeTrouble, closeWork, type OpenWork, openScratch, openTrouble, openWork } from "#records/store/open-work";
import { readable, readableItems } from "#records/store/readable";
import type { Store } from "#records/store/store";
import { type Condition, type Item, ifAbsent, type Write, type WriteOutcome } from "#records/store/table";

/** What is taken: patrons or titles as they are imported, or everything that a library has, when it leaves. */
export const storedExportKinds = ["patrons", "titles", "library"] as const;

const exportSchema = z.object({
  exportId: z.string(),
  kind: z.enum(storedExportKinds),
  format: z.enum(importFormats),
  /** Whose members alone are taken, without the excluded ones. */
  querySetId: z.string().optional(),
  status: z.enum(exportStatuses),
  stateReason: z.string().optional(),
  /** Parts that the work had, once it is COMPLETED. */
  parts: z.number().int().optional(),
  /** Lines of each file that there is, once it is COMPLETED. */
  files: z.record(z.string(), z.number().int()).optional(),
  createdBy: z.string(),
  createdBySub: z.string().optional(),
  createdAt: z.string(),
  finishedAt: z.string().optional(),
  /** The instant from which its files are not there any more. */
  expiresOn: z.string().optional(),
});

/** An export as it stands. Its files are in S3 for a day. */
export type Export = z.infer<typeof exportSchema>;

/** Undefined where the library has no such export. */
export async function loadExport(store: Store, id: string): Promise<Export | undefined> {
  const item = await store.table.get(jobKey(store, "export", id));
  return item && readItem(exportSchema, item);
}

/** The export that an execution works for: it exists, or there would be no execution. */
export async function requireExport(store: Store, id: string): Promise<Export> {
  const found = await loadExport(store, id);
  if (found === undefined) throw new Error(`There is no export ${id} in ${store.library}`);
  return found;
}

/** One page of a library's exports, newest first. */
export async function listExports(store: Store, limit: number, after: string | undefined) {
  const pk = jobPartition(store, "export");
  const page = await store.table.queryPage({ pk, limit, after, newestFirst: true });
  return { items: await readableItems(page.items, (item) => readItem(exportSchema, item)), next: page.next };
}

/** All of a library's exports that can be read, newest first. */
export async function* listAllExports(store: Store, unread: (item: Item) => void): AsyncGenerator<Export> {
  const pk = jobPartition(store, "export");
  for await (const item of store.table.queryAll({ pk, newestFirst: true })) {
    const it = await readable(`${pk} ${item["sk"]}`, () => readItem(exportSchema, item));
    if (it !== undefined) yield it;
    else unread(item);
  }
}

/** Keeps a new export, which is RUNNING. Refused where the id is taken. */
export async function createExport(
  store: Store,
  it: Pick<Export, "exportId" | "kind" | "format" | "querySetId" | "createdBy" | "createdBySub" | "createdAt">,
  audit: AuditEntry,
): Promise<WriteOutcome> {
  const { exportId, createdAt } = it;
  return await writeTelling(
    store,
    [toldAs(exportId, "RUNNING")],
    { put: { ...jobKey(store, "export", exportId), ...it, status: "RUNNING" }, if: ifAbsent },
    openWork(exportWork(store, exportId, createdAt)),
    await auditEntry(store, exportId, audit),
  );
}

export function exportWork(of: OfLibrary, id: string, openedAt: string) {
  return { library: of.library, id, workflow: "export" as const, attempt: 1, openedAt };
}

/** RUNNING becomes COMPLETED, for a day. Refused where it has ended already: then nothing changes. */
export async function finishExport(
  store: Store,
  id: string,
  made: Required<Pick<Export, "files" | "parts">>,
  at: Date,
): Promise<WriteOutcome> {
  const finishedAt = at.toISOString();
  return await writeTelling(
    store,
    [toldAs(id, "COMPLETED")],
    {
      set: { status: "COMPLETED", ...made, finishedAt, expiresOn: exportExpires(finishedAt) },
      key: jobKey(store, "export", id),
      if: ifStatus("RUNNING"),
    },
    closeWork({ library: store.library, workflow: "export", id }),
    // Whatever cleared after an earlier try: of a file that is there somebody knows that it must go.
    openScratch({ library: store.library, id, scratchOf: "export" }),
  );
}

/** The time of one that was COMPLETED is over from now on: its files are about to go. */
export async function endExport(store: Store, { exportId, status, expiresOn }: Export, at: Date): Promise<void> {
  const now = at.toISOString();
  if (status !== "COMPLETED" || (expiresOn !== undefined && expiresOn <= now)) return;
  await store.table.write({ set: { expiresOn: now }, key: jobKey(store, "export", exportId), if: ifStatus(status) });
}

/**
 * RUNNING becomes FAILED. `reason` is a sentence for the person who asked for it; somebody is to look at it, and may start
 * it again.
 */
export async function failExport(store: Store, id: string, reason: string, at: Date): Promise<WriteOutcome> {
  const since = at.toISOString();
  const act = actOfSystem(at, "EXPORT_FAILED", `exports/${id}`, reason);
  return await writeTelling(
    store,
    [toldAs(id, "FAILED")],
    {
      set: { status: "FAILED", stateReason: reason, finishedAt: since },
      key: jobKey(store, "export", id),
      if: ifStatus("RUNNING"),
    },
    closeWork({ library: store.library, workflow: "export", id }),
    openTrouble({ library: store.library, id, troubleOf: "export", trouble: "JOB_FAILED", since, summary: reason }),
    await auditEntry(store, id, act),
  );
}

/** FAILED becomes RUNNING again, from the beginning. Refused in any other state. */
export async function exportAgain(store: Store, work: OpenWork, audit: Write): Promise<WriteOutcome> {
  const { id } = work;
  return await writeTelling(
    store,
    [toldAs(id, "RUNNING")],
    {
      set: { status: "RUNNING" },
      remove: ["stateReason", "finishedAt"],
      key: jobKey(store, "export", id),
      if: ifStatus("FAILED"),
    },
    openWork(work),
    closeTrouble({ library: store.library, id, troubleOf: "export" }),
    audit,
  );
}

function toldAs(id: string, status: "RUNNING" | "COMPLETED" | "FAILED"): Told {
  return { type: "EXPORT", subject: `exports/${id}`, status };
}

function ifStatus(status: Export["status"]): Condition {
  return { expression: "#status = :status", names: { "#status": "status" }, values: { ":status": status } };
}
