import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { OfLibrary } from "#domain/ids";
import {
  type ImportCounts,
  importCountsSchema,
  importFormats,
  importKinds,
  importStatuses,
} from "#domain/import/import-job";
import { type AuditEntry, actOfSystem, auditEntry } from "#records/library/audit";
import { type Told, writeTelling } from "#records/library/events";
import { readItem } from "#records/store/format";
import { jobKey, jobPartition } from "#records/store/keys";
import { ifMendable } from "#records/store/mendable";
import { closeTrouble, closeWork, type OpenWork, openTrouble, openWork } from "#records/store/open-work";
import { readable, readableItems } from "#records/store/readable";
import type { Store } from "#records/store/store";
import { type Condition, type Item, ifAbsent, type Write, type WriteOutcome } from "#records/store/table";
import { ifFileAsRead } from "#records/store/waiting-upload";
import { giveImportLock, isQuiet, loadImportLock, takeImportLock } from "./import-lock.ts";

export const noCounts: ImportCounts = { read: 0, created: 0, replaced: 0, unchanged: 0, rejected: 0 };

const importSchema = z.object({
  importId: z.string(),
  kind: z.enum(importKinds),
  format: z.enum(importFormats),
  status: z.enum(importStatuses),
  stateReason: z.string().optional(),
  counts: importCountsSchema,
  createdBy: z.string(),
  createdBySub: z.string().optional(),
  createdAt: z.string(),
  /** Whether nothing is written: the counts say what would be. */
  dryRun: z.boolean().optional(),
  startedAt: z.string().optional(),
  /** Names the copy of the file that was taken when it was started. Those started before files were taken have none. */
  taken: z.string().optional(),
  /** The request that started it: the same one again is answered like the first. */
  startedWith: z.string().optional(),
  finishedAt: z.string().optional(),
  /** What was sent or taken of it held somebody who was erased meanwhile, and was removed: another mark each time. */
  erasedFile: z.string().optional(),
  /** Of one that has ended, whether starting it again may help. */
  canBeMended: z.boolean().optional(),
});

/** An import of patrons or titles as it stands. */
export type Import = z.infer<typeof importSchema>;

export function isFinalImport({ status }: Pick<Import, "status">): boolean {
  return status !== "AWAITING_UPLOAD" && status !== "RUNNING";
}

/** Undefined where the library has no such import. */
export async function loadImport(store: Store, id: string): Promise<Import | undefined> {
  const item = await store.table.get(jobKey(store, "import", id));
  return item && readItem(importSchema, item);
}

/** The import that an execution works for: it exists, or there would be no execution. */
export async function requireImport(store: Store, id: string): Promise<Import> {
  const found = await loadImport(store, id);
  if (found === undefined) throw new Error(`There is no import ${id} in ${store.library}`);
  return found;
}

/** One page of a library's imports, newest first. */
export async function listImports(store: Store, limit: number, after: string | undefined) {
  const pk = jobPartition(store, "import");
  const page = await store.table.queryPage({ pk, limit, after, newestFirst: true });
  return { items: await readableItems(page.items, (item) => readItem(importSchema, item)), next: page.next };
}

/** All of a library's imports that can be read, newest first. */
export async function* listAllImports(store: Store, unread?: (item: Item) => void): AsyncGenerator<Import> {
  const pk = jobPartition(store, "import");
  for await (const item of store.table.queryAll({ pk, newestFirst: true })) {
    const it = await readable(`${pk} ${item["sk"]}`, () => readItem(importSchema, item));
    if (it !== undefined) yield it;
    else unread?.(item);
  }
}

/** Keeps a new import, which waits for its file. Refused where the id is taken. */
export async function createImport(
  store: Store,
  it: Pick<Import, "importId" | "kind" | "format" | "createdBy" | "createdBySub" | "createdAt" | "dryRun">,
  audit: AuditEntry,
): Promise<WriteOutcome> {
  const item = { ...it, ...jobKey(store, "import", it.importId), status: "AWAITING_UPLOAD", counts: noCounts };
  return await writeTelling(
    store,
    [toldAs(it.importId, "AWAITING_UPLOAD")],
    { put: item, if: ifAbsent },
    await auditEntry(store, it.importId, audit),
  );
}

/** STARTED, or why not: the import was started before, or another of its kind is under way. */
export type StartOutcome = "STARTED" | "STARTED_BEFORE" | Busy;

/** What a start has to wait for: an import of the same kind, or the erasure of a patron. */
export interface Busy {
  readonly kind: Import["kind"];
  readonly busyWith: string;
  readonly isErasure: boolean;
}

/** What a start would have to wait for, as it stands now. */
export async function busyNow(store: Store, kind: Import["kind"]): Promise<Busy | undefined> {
  const { isRunning, importId = "another", erasing: [erasure] = [] } = await loadImportLock(store, kind);
  if (isRunning) return { kind, busyWith: importId, isErasure: false };
  return erasure === undefined ? undefined : { kind, busyWith: erasure, isErasure: true };
}

/** Why a start was refused; by now it may have ended. */
async function busy(store: Store, kind: Import["kind"]): Promise<Busy> {
  return (await busyNow(store, kind)) ?? { kind, busyWith: "another", isErasure: false };
}

/** AWAITING_UPLOAD becomes RUNNING, and takes the place of the one import of its kind that a library may run. */
export async function startImport(
  store: Store,
  { importId, kind, erasedFile }: Pick<Import, "importId" | "kind" | "erasedFile">,
  request: { readonly at: string; readonly onceKey: string | undefined; readonly newId: string },
  audit: AuditEntry,
): Promise<StartOutcome> {
  const { at, onceKey, newId } = request;
  const outcome = await writeTelling(
    store,
    [toldAs(importId, "RUNNING")],
    {
      set: { status: "RUNNING", startedAt: at, startedWith: onceKey, taken: newId },
      key: jobKey(store, "import", importId),
      if: ifFileAsRead(ifStatus("AWAITING_UPLOAD"), erasedFile),
    },
    takeImportLock(store, kind, importId),
    openWork(importWork(store, importId, at)),
    await auditEntry(store, newId, audit),
  );
  if (outcome.done) return "STARTED";
  if (outcome.refused.includes(0)) return "STARTED_BEFORE";
  return await busy(store, kind);
}

export function importWork(of: OfLibrary, id: string, openedAt: string) {
  return { library: of.library, id, workflow: "import" as const, attempt: 1, openedAt };
}

/** Milliseconds for which a call that was given up may still be writing: a function's and its task's time, and some more. */
const longestLateWrite = 60_000;

/**
 * RUNNING becomes final, and gives way to the next import. Refused where it is final already: then nothing changes.
 *
 * @param end.isSettled whether every chunk has its result, so that nothing more is written
 * @param end.failures what failed for a reason not the file's, in words: then somebody is to look at it, and what the
 *   import needs is kept for some hours
 */
export async function finishImport(
  store: Store,
  { importId, kind }: Pick<Import, "importId" | "kind">,
  {
    isSettled,
    failures,
    ...end
  }: Pick<Import, "status" | "counts" | "stateReason"> & {
    readonly finishedAt: string;
    readonly isSettled: boolean;
    readonly failures?: string | undefined;
  },
): Promise<WriteOutcome> {
  const { status, stateReason = "", finishedAt } = end;
  const act = actOfSystem(new Date(finishedAt), "IMPORT_FAILED", `imports/${importId}`, stateReason);
  const audit = status === "FAILED" ? [await auditEntry(store, importId, act)] : [];
  const named = { library: store.library, id: importId, troubleOf: "import", since: finishedAt } as const;
  const trouble = status === "FAILED" ? "JOB_FAILED" : "CHUNK_FAILED";
  const told = failures === undefined ? [] : [openTrouble({ ...named, trouble, summary: failures })];
  const canBeMended = failures !== undefined;
  const quietFrom = new Date(Date.parse(end.finishedAt) + (isSettled ? 0 : longestLateWrite)).toISOString();
  return await writeTelling(
    store,
    [toldAs(importId, status)],
    { set: { ...end, canBeMended }, key: jobKey(store, "import", importId), if: ifStatus("RUNNING") },
    giveImportLock(store, kind, importId, quietFrom),
    closeWork({ library: store.library, workflow: "import", id: importId }),
    ...told,
    ...audit,
  );
}

function toldAs(id: string, status: Import["status"]): Told {
  return { type: "IMPORT", subject: `imports/${id}`, status };
}

/**
 * One that ended in trouble becomes RUNNING again, with what is kept of it for some hours: chunks that have their result are
 * not worked on again. BUSY names the import of its kind that is under way.
 */
export async function importAgain(
  store: Store,
  { importId, kind, status }: Import,
  work: OpenWork,
  audit: Write,
): Promise<"STARTED" | "CHANGED" | Busy> {
  const outcome = await writeTelling(
    store,
    [toldAs(importId, "RUNNING")],
    {
      set: { status: "RUNNING", counts: noCounts },
      remove: ["stateReason", "finishedAt", "canBeMended"],
      key: jobKey(store, "import", importId),
      if: ifMendable(ifStatus(status)),
    },
    takeImportLock(store, kind, importId),
    openWork(work),
    closeTrouble({ library: store.library, id: importId, troubleOf: "import" }),
    audit,
  );
  if (outcome.done) return "STARTED";
  if (outcome.refused.includes(0)) return "CHANGED";
  return await busy(store, kind);
}

/**
 * One that has ended cannot be started again any more, and nobody is to look at it: what that needs is about to go.
 *
 * @returns false where it has been started again meanwhile
 */
export async function giveUpMending(store: Store, id: string): Promise<boolean> {
  const { done } = await store.table.write(
    {
      set: { canBeMended: false },
      key: jobKey(store, "import", id),
      if: {
        expression: "canBeMended = :yes AND #status <> :running",
        names: { "#status": "status" },
        values: { ":yes": true, ":running": "RUNNING" },
      },
    },
    closeTrouble({ library: store.library, id, troubleOf: "import" }),
  );
  if (done) return true;
  const it = await loadImport(store, id);
  return it !== undefined && isFinalImport(it) && it.canBeMended !== true;
}

/** Says of one that waits that its file is about to go, for somebody in it is erased. False where it has been started. */
export async function noteFileErased(store: Store, id: string): Promise<boolean> {
  const set = { erasedFile: randomUUID() };
  return (await store.table.write({ set, key: jobKey(store, "import", id), if: ifStatus("AWAITING_UPLOAD") })).done;
}

/**
 * The last import of patrons, with how many erasures there were; undefined where there never was either, "UNDER_WAY" while
 * one writes or may still be writing. Nothing else writes core records, so they are what they were for as long as this is
 * the same.
 */
export async function lastPatronImport(store: Store, now: Date): Promise<string | undefined | "UNDER_WAY"> {
  const lock = await loadImportLock(store, "patrons");
  if (!isQuiet(lock, now) || lock.erasing !== undefined) return "UNDER_WAY";
  return lock.erasures === 0 ? lock.importId : `${lock.importId ?? ""}~${lock.erasures}`;
}

function ifStatus(status: Import["status"]): Condition {
  return { expression: "#status = :status", names: { "#status": "status" }, values: { ":status": status } };
}
