import { createFillMessages } from "#batch-manager/messages";
import { retryFailedFills } from "#batch-manager/requests";
import { serviceQueues } from "#contract/service-queues";
import { type PatronId, patronIdSchema } from "#domain/ids";
import { hasCode } from "#domain/library";
import type { QueueEntry } from "#domain/queue/service-queue";
import { idSchema } from "#domain/text";
import { auditEntry } from "#records/library/audit";
import { requireLibrary } from "#records/library/libraries";
import { loadMediumRecords } from "#records/profiles/medium-records";
import { loadPatron } from "#records/profiles/patrons";
import { listFills } from "#records/service-queues/fill-list";
import { fillSummary } from "#records/service-queues/fill-summary";
import { changeQueue, loadQueue, type ServiceQueue } from "#records/service-queues/service-queues";
import type { Store } from "#records/store/store";
import { actOf } from "../act.ts";
import { auditOf, batchUpdateOf, requireEvidence } from "../batch-update-answer.ts";
import { decodeCursor, page } from "../page.ts";
import { conflict, notFound } from "../problem.ts";
import { accepted, implement, ok, type Route } from "../route.ts";

function shownEntry({ titleId, title, author, selectType, source, status }: QueueEntry, place: number) {
  return { sequence: place + 1, titleId, title, author, selectType, source, status };
}

/** The queue of a patron who is served, or was, in that medium; else there is no such thing. */
async function requireQueue(
  store: Store,
  params: Readonly<Record<"patronId" | "medium", string>>,
): Promise<{ patronId: PatronId; medium: string; queue: ServiceQueue }> {
  const patronId = patronIdSchema.safeParse(params.patronId).data;
  const medium = idSchema.safeParse(params.medium).data;
  if (patronId === undefined || medium === undefined) throw notFound();
  const { media } = await requireLibrary(store);
  if (!hasCode(media, medium) || (await loadPatron(store, patronId)) === undefined) throw notFound();
  const queue = await loadQueue(store, patronId, medium);
  if (queue.revision === 0) {
    const record = (await loadMediumRecords(store, medium, [patronId])).get(patronId);
    if (record === undefined || record.removed === true) throw notFound();
  }
  return { patronId, medium, queue };
}

export const serviceQueueRoutes: readonly Route[] = [
  implement(serviceQueues.get, async ({ params }, { store }) => {
    const { queue } = await requireQueue(store, params);
    const { entries, filledAt, filledBy } = queue;
    return ok({
      entries: entries.map(shownEntry),
      ...(filledAt !== undefined && { filledAt }),
      ...(filledBy !== undefined && { filledBy }),
    });
  }),
  implement(serviceQueues.reportEntry, async (call, { store }) => {
    const { params, body, newId } = call;
    const { patronId, medium } = await requireQueue(store, params);
    const { titleId } = params;
    const entryIn = ({ entries }: ServiceQueue): QueueEntry => {
      const entry = entries.find((it) => it.titleId === titleId);
      if (entry === undefined) throw notFound();
      return entry;
    };
    const subject = `patrons/${patronId}/media/${medium}/service-queue/${titleId}`;
    const queue = await changeQueue(
      store,
      patronId,
      medium,
      (current) => {
        const entry = entryIn(current);
        if (entry.status === body.status) return undefined;
        const entries = current.entries.map((it) => (it === entry ? { ...it, status: body.status } : it));
        return { ...current, entries };
      },
      async (before) => {
        const detail = `${entryIn(before).status} to ${body.status}`;
        return [await auditEntry(store, newId, actOf(call, "REPORT_QUEUE_ENTRY", subject, { detail }))];
      },
    );
    const place = queue.entries.findIndex((it) => it.titleId === titleId);
    const entry = queue.entries[place];
    if (entry === undefined) throw notFound();
    return ok(shownEntry(entry, place));
  }),
  implement(serviceQueues.listFills, async (call, { store }) => {
    const { query } = call;
    const batch = requireEvidence(await batchUpdateOf(call, store));
    const { items, next } = await listFills(store, batch, {
      status: query.status,
      after: decodeCursor(query.cursor),
      limit: query.limit,
    });
    return ok(page(items, next));
  }),
  implement(
    serviceQueues.retry,
    async (call, { store, sqs, serviceQueuesUrl }) => {
      const { library, now, newId } = call;
      const batch = requireEvidence(await batchUpdateOf(call, store));
      const { batchUpdateId, medium } = batch;
      const desk = { store, messages: createFillMessages(sqs, serviceQueuesUrl) };
      const audited = async (fills: number) =>
        await auditEntry(store, newId, auditOf(call, "RETRY_SERVICE_QUEUES", batch, `${fills} fills`));
      const retried = await retryFailedFills(desk, { library, batchUpdateId, medium }, now, audited);
      if (retried === 0) {
        requireEvidence(await batchUpdateOf(call, store));
        throw conflict("No fill of this batch update has failed. Nothing was changed.");
      }
      return accepted({ batchUpdateId, serviceQueues: await fillSummary(store, batch) });
    },
    { subject: async (call, { store }) => await batchUpdateOf(call, store) },
  ),
];
