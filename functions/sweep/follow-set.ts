import type { LibraryId } from "#domain/ids";
import { patronCount } from "#domain/patron-count";
import type { Clock } from "#platform/clock";
import { createBatchUpdate } from "#records/batch-updates/moves";
import { updateOfSet } from "#records/batch-updates/update-of-set";
import { auditEntry } from "#records/library/audit";
import { endFollowing } from "#records/query-sets/moves";
import { type Follow, loadQuerySet, type QuerySet } from "#records/query-sets/query-sets";
import { closeFollow, loadOpenFollows, type OpenFollow } from "#records/store/open-work";
import type { Stores } from "#records/store/store";
import type { Workflows } from "#workflows/start";
import { eachOrLeave } from "./each-or-leave.ts";

interface Dependencies {
  readonly stores: Stores;
  readonly workflows: Workflows;
  readonly now: Clock;
}

/** Plans what follows the query sets of a library that are READY, after one of them was built. */
export async function followSetsOf(dependencies: Dependencies, library: LibraryId): Promise<void> {
  const open = await loadOpenFollows(dependencies.stores.of(library));
  await eachOrLeave(open, "What follows a query set could not be planned", (it) => followSet(dependencies, it));
}

/**
 * Plans the batch update that follows a query set by itself. Its id was given out when the set was asked for, so a second
 * try finds the first one's: it is made exactly once, whatever breaks off.
 */
export async function followSet({ stores, workflows, now }: Dependencies, open: OpenFollow): Promise<void> {
  const { library, id } = open;
  const store = stores.of(library);
  const set = await loadQuerySet(store, id);
  if (set?.status !== "READY" || set.follow === undefined) {
    await store.table.write(closeFollow(open));
    return;
  }
  const { batchUpdateId, spec } = set.follow;
  const { name, createdBy, createdBySub } = set;
  const named = {
    library,
    batchUpdateId,
    ...(name !== undefined && { name }),
    createdBy,
    ...(createdBySub !== undefined && { createdBySub }),
  };
  const found = await updateOfSet(store, named, set, spec, now());
  if ("problems" in found) {
    const why = found.problems.map(({ path, message }) => `${path}: ${message}`).join("; ");
    await endFollowing(store, set, `Nothing was planned. ${why}`, now(), closeFollow(open));
    return;
  }
  const { batch } = found;
  const audit = await auditEntry(store, batchUpdateId, actOf(set, set.follow, batch));
  const made = await createBatchUpdate(store, batch, audit, closeFollow(open));
  if (made.isNew) await workflows.start(made.work);
  // An earlier try made it, and what is left of that is this note alone.
  else await store.table.write(closeFollow(open));
}

function actOf(
  { querySetId, name, createdBy, createdBySub = createdBy }: QuerySet,
  { batchUpdateId, role }: Follow,
  { patrons, medium, createdAt }: { patrons: number; medium: string; createdAt: string },
) {
  return {
    at: createdAt,
    actor: { sub: createdBySub, name: createdBy },
    role,
    action: "BATCH_UPDATE_CREATED",
    subject: `batch-updates/${batchUpdateId}`,
    detail: `${patronCount(patrons)}, medium ${medium}, following query-sets/${querySetId}`,
    ...(name !== undefined && { subjectName: name }),
  };
}
