import { z } from "zod";
import { createFillMessages } from "#batch-manager/messages";
import { retryFailedFills } from "#batch-manager/requests";
import { hasCode } from "#domain/library";
import { fillStatuses } from "#domain/queue/fill";
import { type QueueEntry, queueEntryStatuses } from "#domain/queue/service-queue";
import { idSchema } from "#domain/text";
import { loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { auditEntry } from "#records/library/audit";
import { requireLibrary } from "#records/library/libraries";
import { loadMediumRecords } from "#records/profiles/medium-records";
import { loadPatron } from "#records/profiles/patrons";
import { fillSummary } from "#records/service-queues/fill-counts";
import { listFills } from "#records/service-queues/fill-list";
import { changeQueue, loadQueue, type ServiceQueue } from "#records/service-queues/service-queues";
import type { Store } from "#records/store/store";
import { batchUpdateOf } from "../batch-update-answer.ts";
import { decodeCursor, page, pageQuery } from "../page.ts";
import { conflict, notFound } from "../problem.ts";
import { accepted, ok, type Route, route } from "../route.ts";

const entrySchema = z.object({
  sequence: z.int(),
  titleId: z.string(),
  title: z.string(),
  author: z.string(),
  selectType: z.string(),
  source: z.string(),
  status: z.enum(queueEntryStatuses),
});
const queueSchema = z.object({
  entries: z.array(entrySchema),
  filledAt: z.string().optional(),
  filledBy: z.string().optional(),
});
const fillSchema = z.object({
  patronId: z.string(),
  lastName: z.string().optional(),
  firstName: z.string().optional(),
  status: z.enum(fillStatuses),
  entriesAdded: z.int().optional(),
  reason: z.string().optional(),
  filledAt: z.string().optional(),
});

const count = z.int();
const summarySchema = z.object({
  status: z.enum(["NONE", "FILLING", "FILLED", "FILLED_WITH_ERRORS"]),
  requested: count,
  filled: count,
  withdrawn: count,
  failed: count,
  pending: count,
});

function shownEntry({ titleId, title, author, selectType, source, status }: QueueEntry, place: number) {
  return { sequence: place + 1, titleId, title, author, selectType, source, status };
}

/** The queue of a patron who is served, or was, in that medium; else there is no such thing. */
async function requireQueue(
  store: Store,
  library: string,
  params: Readonly<Record<string, string>>,
): Promise<{ patronId: string; medium: string; queue: ServiceQueue }> {
  const patronId = idSchema.safeParse(params.patronId).data;
  const medium = idSchema.safeParse(params.medium).data;
  if (patronId === undefined || medium === undefined) throw notFound();
  const { media } = await requireLibrary(store, library);
  if (!hasCode(media, medium) || (await loadPatron(store, library, patronId)) === undefined) throw notFound();
  const queue = await loadQueue(store, library, patronId, medium);
  if (queue.revision === 0) {
    const record = (await loadMediumRecords(store, library, medium, [patronId])).get(patronId);
    if (record === undefined || record.removed === true) throw notFound();
  }
  return { patronId, medium, queue };
}

const patronQueue = "/v1/patrons/:patronId/media/:medium/service-queue";
const batchFills = "/v1/batch-updates/:batchUpdateId/service-queues";

export const serviceQueueRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: patronQueue,
    summary: "A patron's service queue in one medium",
    success: { status: 200, schema: queueSchema },
    handle: async ({ library, params }, { store }) => {
      const { queue } = await requireQueue(store, library, params);
      const { entries, filledAt, filledBy } = queue;
      return ok({
        entries: entries.map(shownEntry),
        ...(filledAt !== undefined && { filledAt }),
        ...(filledBy !== undefined && { filledBy }),
      });
    },
  }),
  route({
    method: "PATCH",
    path: `${patronQueue}/:titleId`,
    summary: "Reports what became of a title in a service queue",
    roles: ["administrator"],
    body: z.strictObject({ status: z.enum(queueEntryStatuses) }),
    contentTypes: ["application/json", "application/merge-patch+json"],
    success: { status: 200, schema: entrySchema },
    handle: async ({ library, params, body, caller, role, now, newId }, { store }) => {
      const { patronId, medium } = await requireQueue(store, library, params);
      const titleId = params.titleId ?? "";
      let before: string | undefined;
      const queue = await changeQueue(store, library, patronId, medium, (current) => {
        const entry = current.entries.find((it) => it.titleId === titleId);
        if (entry === undefined) throw notFound();
        before = entry.status;
        if (entry.status === body.status) return undefined;
        const entries = current.entries.map((it) => (it === entry ? { ...it, status: body.status } : it));
        return { ...current, entries };
      });
      if (before !== body.status) {
        const subject = `patrons/${patronId}/media/${medium}/service-queue/${titleId}`;
        const detail = `${before} to ${body.status}`;
        const act = { actor: caller.name, role, action: "REPORT_QUEUE_ENTRY", subject, detail };
        await store.table.write(auditEntry(library, newId, { at: now.toISOString(), ...act }));
      }
      const place = queue.entries.findIndex((it) => it.titleId === titleId);
      const entry = queue.entries[place];
      if (entry === undefined) throw notFound();
      return ok(shownEntry(entry, place));
    },
  }),
  route({
    method: "GET",
    path: batchFills,
    summary: "Fills of service queues that a batch update asked for",
    query: z.strictObject({ ...pageQuery, status: z.enum(fillStatuses).optional() }),
    success: { status: 200, schema: z.object({ items: z.array(fillSchema), nextCursor: z.string().optional() }) },
    handle: async ({ library, params, query }, { store }) => {
      const batch = await loadBatchUpdate(store, library, params.batchUpdateId ?? "");
      if (batch === undefined) throw notFound();
      const { items, next } = await listFills(
        store,
        { library, batch: batch.batchUpdateId, medium: batch.medium },
        { status: query.status, after: decodeCursor(query.cursor), limit: query.limit },
      );
      return ok(page(items, next));
    },
  }),
  route({
    method: "POST",
    path: `${batchFills}/retry`,
    summary: "Tries the failed fills of a batch update again",
    roles: ["administrator", "support"],
    success: { status: 202, schema: z.object({ batchUpdateId: z.string(), serviceQueues: summarySchema }) },
    subject: async (call, { store }) => await batchUpdateOf(call, store),
    handle: async ({ library, params, caller, role, now, newId }, { store, sqs, serviceQueuesUrl }) => {
      const batch = await loadBatchUpdate(store, library, params.batchUpdateId ?? "");
      if (batch === undefined) throw notFound();
      const { batchUpdateId, medium } = batch;
      const desk = { store, messages: createFillMessages(sqs, serviceQueuesUrl) };
      const retried = await retryFailedFills(desk, { library, batch: batchUpdateId, medium }, now);
      if (retried === 0) throw conflict("No fill of this batch update has failed. Nothing was changed.");
      const subject = `batch-updates/${batchUpdateId}`;
      const act = { actor: caller.name, role, action: "RETRY_SERVICE_QUEUES", subject, detail: `${retried} fills` };
      await store.table.write(auditEntry(library, newId, { at: now.toISOString(), ...act }));
      return accepted({ batchUpdateId, serviceQueues: await fillSummary(store, batch) });
    },
  }),
];
