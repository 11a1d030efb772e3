import { z } from "zod";
import { changesNothing, changesSchema } from "#domain/plan/update-spec";
import type { Role } from "#domain/role";
import { requiredTextSchema } from "#domain/text";
import {
  createPreset,
  deletePreset,
  listPresets,
  loadPreset,
  type Preset,
  replacePreset,
} from "#records/batch-updates/presets";
import type { AuditEntry } from "#records/library/audit";
import type { Store } from "#records/store/store";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { decodeCursor, page, pageQuery } from "../page.ts";
import { changedMeanwhile, etag, requireVersion } from "../precondition.ts";
import { invalid, notFound } from "../problem.ts";
import { type Call, created, ok, type Route, route } from "../route.ts";

const writers: readonly Role[] = ["administrator"];
const bodySchema = z.strictObject({ name: requiredTextSchema, changes: changesSchema });
const answerSchema = z.object({
  presetId: z.string(),
  ...bodySchema.shape,
  createdBy: z.string(),
  createdAt: z.string(),
  changedAt: z.string().optional(),
});

/**
 * Codes, ranges and days of a preset are judged when a batch update is made from it, not here: tables change, and a day
 * that is to come now will have passed.
 */
function checked(body: z.output<typeof bodySchema>) {
  if (changesNothing(body.changes)) throw invalid({ path: "changes", message: "must change at least one field" });
  return body;
}

async function presetOf({ library, params }: Call<unknown, unknown>, store: Store): Promise<Preset> {
  const found = await loadPreset(store, library, params.presetId ?? "");
  if (found === undefined) throw notFound();
  return found;
}

function answerOf({ revision, createdBySub, ...shown }: Preset) {
  return shown;
}

function auditOf({ caller, role, now }: Call<unknown, unknown>, action: string, id: string): AuditEntry {
  return { at: now.toISOString(), actor: caller.name, role, action, subject: `presets/${id}`, detail: "" };
}

const one = "/v1/presets/:presetId";

export const presetRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/presets",
    summary: "Presets, newest first",
    query: z.strictObject(pageQuery),
    success: { status: 200, schema: z.object({ items: z.array(answerSchema), nextCursor: z.string().optional() }) },
    handle: async ({ library, query }, { store }) => {
      const { items, next } = await listPresets(store, library, query.limit, decodeCursor(query.cursor));
      return ok(page(items.map(answerOf), next));
    },
  }),
  route({
    method: "POST",
    path: "/v1/presets",
    summary: "Keep changes under a name",
    roles: writers,
    body: bodySchema,
    success: { status: 201, schema: answerSchema },
    handle: async (call, { store }) => {
      const { library, newId, body, caller, now } = call;
      const preset = {
        presetId: newId,
        ...checked(body),
        ...madeBy(caller),
        createdAt: now.toISOString(),
        revision: 1,
      };
      const { done } = await createPreset(store, library, preset, newId, auditOf(call, "PRESET_CREATED", newId));
      if (!done) alreadyThere(call);
      return created(answerOf(preset), etag(preset.revision));
    },
  }),
  route({
    method: "GET",
    path: one,
    summary: "One preset",
    success: { status: 200, schema: answerSchema },
    handle: async (call, { store }) => {
      const preset = await presetOf(call, store);
      return ok(answerOf(preset), etag(preset.revision));
    },
  }),
  route({
    method: "PUT",
    path: one,
    summary: "Replace a preset; batch updates made from it stay as they are",
    roles: writers,
    body: bodySchema,
    success: { status: 200, schema: answerSchema },
    handle: async (call, { store }) => {
      const before = await presetOf(call, store);
      requireVersion(call, before.revision);
      const changedAt = call.now.toISOString();
      const preset = { ...before, ...checked(call.body), changedAt, revision: before.revision + 1 };
      const audit = auditOf(call, "PRESET_REPLACED", preset.presetId);
      const { done } = await replacePreset(store, call.library, preset, before.revision, call.newId, audit);
      if (!done) throw changedMeanwhile(call, (await presetOf(call, store)).revision);
      return ok(answerOf(preset), etag(preset.revision));
    },
  }),
  route({
    method: "DELETE",
    path: one,
    summary: "Forget a preset; batch updates made from it stay as they are",
    roles: writers,
    success: { status: 204 },
    handle: async (call, { store }) => {
      const { presetId, revision } = await presetOf(call, store);
      requireVersion(call, revision);
      const audit = auditOf(call, "PRESET_DELETED", presetId);
      const { done } = await deletePreset(store, call.library, presetId, revision, call.newId, audit);
      if (!done) throw changedMeanwhile(call, (await presetOf(call, store)).revision);
      return { status: 204 };
    },
  }),
];
