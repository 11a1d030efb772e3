import { presets } from "#contract/presets";
import { type Preset, presetShelf } from "#records/batch-updates/presets";
import type { AuditEntry } from "#records/library/audit";
import type { Store } from "#records/store/store";
import { actOf, toldChanges } from "../act.ts";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { decodeCursor, page } from "../page.ts";
import { changedMeanwhile, etag, requireVersion } from "../precondition.ts";
import { nameTaken, notFound } from "../problem.ts";
import { type Call, created, implement, ok, type Route } from "../route.ts";

async function presetOf({ library, params }: Call<unknown, unknown>, store: Store): Promise<Preset> {
  const found = await presetShelf.load(store, library, params.presetId ?? "");
  if (found === undefined) throw notFound();
  return found;
}

function answerOf({ revision, createdBySub, ...shown }: Preset) {
  return { ...shown, version: revision };
}

function auditOf(
  call: Call<unknown, unknown>,
  action: string,
  { presetId, name }: Preset,
  changed: Pick<AuditEntry, "detail" | "changes"> = { detail: "" },
): AuditEntry {
  return actOf(call, action, `presets/${presetId}`, { ...changed, subjectName: name });
}

function kept({ name, changes }: Preset) {
  return { name, changes };
}

export const presetRoutes: readonly Route[] = [
  implement(presets.list, async ({ library, query }, { store }) => {
    const { items, next } = await presetShelf.list(store, library, query.limit, decodeCursor(query.cursor));
    return ok(page(items.map(answerOf), next));
  }),
  implement(presets.create, async (call, { store }) => {
    const { library, newId, body, caller, now } = call;
    const preset = {
      presetId: newId,
      ...body,
      ...madeBy(caller),
      createdAt: now.toISOString(),
      revision: 1,
    };
    const outcome = await presetShelf.create(store, library, preset, auditOf(call, "PRESET_CREATED", preset));
    if (outcome === "NAME_TAKEN") throw nameTaken("preset");
    if (outcome === "REFUSED") alreadyThere(call);
    return created(answerOf(preset), etag(preset.revision));
  }),
  implement(presets.get, async (call, { store }) => {
    const preset = await presetOf(call, store);
    return ok(answerOf(preset), etag(preset.revision));
  }),
  implement(presets.replace, async (call, { store }) => {
    const before = await presetOf(call, store);
    requireVersion(call, before.revision);
    const changedAt = call.now.toISOString();
    const preset = { ...before, ...call.body, changedAt, revision: before.revision + 1 };
    const audit = auditOf(call, "PRESET_REPLACED", preset, toldChanges(kept(before), kept(preset)));
    const outcome = await presetShelf.replace(store, call.library, preset, before, audit);
    if (outcome === "NAME_TAKEN") throw nameTaken("preset");
    if (outcome === "REFUSED") throw changedMeanwhile(call, (await presetOf(call, store)).revision);
    return ok(answerOf(preset), etag(preset.revision));
  }),
  implement(presets.delete, async (call, { store }) => {
    const preset = await presetOf(call, store);
    requireVersion(call, preset.revision);
    const audit = auditOf(call, "PRESET_DELETED", preset);
    const outcome = await presetShelf.remove(store, call.library, preset, audit);
    if (outcome !== "WRITTEN") throw changedMeanwhile(call, (await presetOf(call, store)).revision);
    return { status: 204 } as const;
  }),
];
