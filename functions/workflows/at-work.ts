import { isMoving } from "#domain/batch-update/state";
import { batchUpdateIdSchema } from "#domain/ids";
import type { WorkflowName } from "#domain/workflow";
import { loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { loadExport } from "#records/exports/exports";
import { loadImport } from "#records/imports/imports";
import { isEnding, loadQuerySet } from "#records/query-sets/query-sets";
import { isOpen } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import { isScratchDue } from "./scratch.ts";

const workflowsOf: Readonly<Record<string, readonly WorkflowName[]>> = {
  "query-sets": ["build-query-set"],
  "batch-updates": ["plan", "apply"],
  imports: ["import"],
};

/**
 * Whether a job may still write of what it has read, or is about to delete what it needed meanwhile, or all that it has.
 *
 * @param subject as in the audit, such as `query-sets/01k2...`
 */
export async function isAtWork(store: Store, subject: string, now: Date): Promise<boolean> {
  const at = subject.indexOf("/");
  const [kind, id] = [subject.slice(0, at), subject.slice(at + 1)];
  if (await goesOn(store, kind, id)) return true;
  for (const workflow of workflowsOf[kind] ?? []) if (await isScratchDue(store, id, workflow, now)) return true;
  return false;
}

async function goesOn(store: Store, kind: string, id: string): Promise<boolean> {
  if (kind === "query-sets") {
    return (await loadQuerySet(store, id))?.status === "BUILDING" || (await isEnding(store, id));
  }
  if (kind === "exports") return (await loadExport(store, id))?.status === "RUNNING";
  if (kind === "imports") return (await loadImport(store, id))?.status === "RUNNING";
  // Its report may be written once more, though it has ended.
  if (await isOpen(store, "apply", id)) return true;
  const { status, evidence } = (await loadBatchUpdate(store, batchUpdateIdSchema.parse(id))) ?? {};
  return evidence === "DELETING" || (status !== undefined && isMoving(status));
}
