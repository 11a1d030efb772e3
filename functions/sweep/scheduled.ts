import { needsOther } from "#domain/batch-update/approval";
import { patronsToWrite } from "#domain/batch-update/counts";
import { standingOf } from "#domain/batch-update/schedule";
import type { LibraryId } from "#domain/ids";
import { patronCount } from "#domain/patron-count";
import type { Clock } from "#platform/clock";
import { logger } from "#platform/logger";
import { allEnded } from "#platform/side-by-side";
import { type BatchUpdate, loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { revokeSchedule } from "#records/batch-updates/moves";
import { closeLeftoverSchedule } from "#records/batch-updates/open-items";
import { begin } from "#records/batch-updates/run-moves";
import { auditEntry } from "#records/library/audit";
import { requireLibrary } from "#records/library/libraries";
import { loadTenant } from "#records/library/tenants";
import { loadMember } from "#records/members/members";
import { loadOpenSchedules, type OpenSchedule } from "#records/store/open-work";
import type { Store, Stores } from "#records/store/store";
import type { Workflows } from "#workflows/start";
import { eachOrLeave } from "./each-or-leave.ts";

interface Dependencies {
  readonly stores: Stores;
  readonly workflows: Workflows;
  readonly now: Clock;
}

/** Begins what of a library has been due, after a run has left its medium free. */
export async function beginDueIn(dependencies: Dependencies, library: LibraryId): Promise<void> {
  const open = await loadOpenSchedules(dependencies.stores.of(library));
  const inTurn = open.toSorted((a, b) => (a.processAt < b.processAt ? -1 : 1));
  await eachOrLeave(inTurn, "What is scheduled could not be begun", (it) => beginIfDue(dependencies, it));
}

/**
 * Begins a batch update whose time has come, as whoever scheduled it would. While another one of its medium is at work it
 * waits, and while the library is suspended; a later sweep begins it. Nothing is lost where this breaks off: what is open is looked at again.
 */
export async function beginIfDue({ stores, workflows, now }: Dependencies, open: OpenSchedule): Promise<void> {
  const { library, id, processAt } = open;
  const store = stores.of(library);
  if (Date.parse(processAt) > now().getTime()) return;
  for (;;) {
    const batch = await loadBatchUpdate(store, id);
    if (batch?.status !== "SCHEDULED" || batch.schedule?.at !== processAt) {
      await closeLeftoverSchedule(store, open);
      return;
    }
    const standing = await standingNow(stores, batch, batch.schedule);
    if (standing === "WAITS") return;
    if (standing !== "MAY_BEGIN") {
      if ((await revokeSchedule(store, batch, standing.revoked, now())) !== undefined) return;
      continue;
    }
    const begun = await beginAsScheduled(store, batch, batch.schedule, now());
    if (begun === "CHANGED") continue;
    if ("busyWith" in begun) {
      logger.info("What is scheduled waits for its medium", { library, batchUpdate: id, ...begun });
      return;
    }
    await workflows.start(begun.work);
    return;
  }
}

async function standingNow(
  stores: Stores,
  batch: BatchUpdate,
  { by, bySub, role }: NonNullable<BatchUpdate["schedule"]>,
) {
  const { across } = stores;
  const { library } = batch;
  const [person, client, tenant, { approval }] = await allEnded([
    loadMember(across, "person", bySub),
    loadMember(across, "client", bySub),
    loadTenant(across, library),
    requireLibrary(stores.of(library)),
  ]);
  const needsAnother = needsOther(approval, batch, { sub: bySub, name: by });
  return standingOf({ library, by, role, needsAnother }, person ?? client, tenant);
}

async function beginAsScheduled(
  store: Store,
  batch: BatchUpdate,
  { at, by, bySub, role, reason }: NonNullable<BatchUpdate["schedule"]>,
  now: Date,
) {
  const { batchUpdateId, name, plan, revision } = batch;
  const processedAt = now.toISOString();
  const patrons = patronsToWrite(plan);
  const act = {
    at: processedAt,
    actor: { sub: bySub, name: by },
    role,
    action: "BATCH_UPDATE_PROCESSED",
    subject: `batch-updates/${batchUpdateId}`,
    detail: `${patronCount(patrons)}, digest ${plan?.digest}, as scheduled for ${at}`,
    ...(name !== undefined && { subjectName: name }),
    ...(reason !== undefined && { reason }),
  };
  const audit = await auditEntry(store, `${batchUpdateId}.${revision}`, act);
  return await begin(store, batch, { processedBy: by, processedBySub: bySub, processedAt }, audit);
}
