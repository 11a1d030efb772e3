import { sideBySide } from "#platform/side-by-side";
import { count } from "#platform/thread";
import { countDeleted, type Erasure, finishErasure, loadErasure } from "#records/erasures/erasures";
import { endingKinds } from "#records/store/object-kinds";
import { loadOpenWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import { earlierVersionsDeleted } from "#records/store/versions";
import { orTell } from "./or-tell.ts";
import { eraseUnknownJobs } from "./unknown-jobs.ts";

const atOnce = 16;

/**
 * Ends erasures whose walks are over: what was rewritten or deleted is still there as earlier versions, and they go for
 * good. All of the library's that hold anything of patrons, for nothing tells which of them hold this one; they are kept
 * against mistakes alone, and for a week at most. With them goes what lies there of jobs that the table does not know. They
 * are looked for once, however many erasures wait for it, and each counts what goes as it goes: a call that breaks off loses
 * what its last request deleted.
 *
 * @param isShut whether everybody of the library is shut out: whoever restored the table may yet have to look at what it
 * does not know, which is kept until they do erasures again, or let the library in
 */
export async function clearErasures(store: Store, now: Date, isShut = false): Promise<void> {
  const open = (await loadOpenWork(store)).filter(({ workflow }) => workflow === "erase");
  const clearing: Erasure[] = [];
  for (const { id } of open) {
    await orTell(`erasures/${id}`, async () => {
      const it = await loadErasure(store, id);
      if (it?.stage === "CLEARING") clearing.push(it);
    });
  }
  if (clearing.length === 0) return;
  await orTell("erasures", async () => {
    const spares = isShut && clearing.every(({ repeated }) => repeated !== true);
    const went = async (objects: number) => await counted(store, clearing, objects);
    const areAllKnown = await eraseUnknownJobs(store, now, spares, went);
    if (!areAllKnown) return;
    for (const kind of endingKinds) {
      for await (const versions of earlierVersionsDeleted(store, `${store.library}/${kind}/`)) {
        count({ versionsDeleted: versions });
        await counted(store, clearing, versions);
      }
    }
    for (const { erasureId } of clearing) {
      await orTell(`erasures/${erasureId}`, () => finishErasure(store, erasureId, now));
    }
  });
}

async function counted(store: Store, clearing: readonly Erasure[], versions: number): Promise<void> {
  await sideBySide(clearing, atOnce, ({ erasureId }) => countDeleted(store, erasureId, "versions", versions));
}
