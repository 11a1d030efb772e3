import { logged } from "#platform/cause";
import { logger } from "#platform/logger";
import { count } from "#platform/thread";
import { finishErasure, loadErasure } from "#records/erasures/erasures";
import { loadOpenWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import { deleteEarlierVersions } from "#records/store/versions";

/** Kinds of objects that hold anything of patrons. */
const folders = ["query-sets", "batch-updates", "imports", "exports"] as const;

/**
 * Ends erasures whose walks are over: what was rewritten or deleted is still there as earlier versions, and they go for
 * good. All of the library's that hold anything of patrons, for nothing tells which of them hold this one; they are kept
 * against mistakes alone, and for a week at most.
 */
export async function clearErasures(store: Store, now: Date): Promise<void> {
  const open = (await loadOpenWork(store)).filter(({ workflow }) => workflow === "erase");
  for (const { id } of open) {
    try {
      const it = await loadErasure(store, id);
      if (it?.stage !== "CLEARING") continue;
      let versions = 0;
      for (const folder of folders) versions += await deleteEarlierVersions(store, `${store.library}/${folder}/`);
      await finishErasure(store, it, versions, now);
      count({ versionsDeleted: versions });
    } catch (error) {
      count({ expiryErrors: 1 });
      logger.error("Earlier versions could not be deleted", { subject: `erasures/${id}`, ...logged(error) });
    }
  }
}
