import { z } from "zod";
import { type Changes, changesSchema } from "#domain/plan/update-spec";
import { type AuditEntry, auditEntry } from "#records/library/audit";
import type { Key } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { type Item, ifAbsent, ifKeptAs, type WriteOutcome } from "#records/store/table";

/** Changes kept under a name, to begin batch updates from, such as the move to duplication circulation. */
export interface Preset {
  readonly presetId: string;
  readonly name: string;
  readonly changes: Changes;
  /** As shown to people. */
  readonly createdBy: string;
  readonly createdBySub?: string | undefined;
  readonly createdAt: string;
  readonly changedAt?: string | undefined;
  /** Counts its changes, from 1. Those kept before changes were counted have none. */
  readonly revision: number;
}

const itemSchema = z.object({
  presetId: z.string(),
  name: z.string(),
  changes: changesSchema,
  createdBy: z.string(),
  createdBySub: z.string().optional(),
  createdAt: z.string(),
  changedAt: z.string().optional(),
  revision: z.number().int().default(0),
});

function presetKey(library: string, id: string): Key {
  return { pk: `LIB#${library}#PRESETS`, sk: id };
}

function itemOf(library: string, preset: Preset): Item & Key {
  return { ...preset, ...presetKey(library, preset.presetId) };
}

/** Undefined where the library has none with this id. */
export async function loadPreset(store: Store, library: string, id: string): Promise<Preset | undefined> {
  const item = await store.table.get(presetKey(library, id));
  return item && itemSchema.parse(item);
}

/** One page, newest first. */
export async function listPresets(store: Store, library: string, limit: number, after: string | undefined) {
  const { pk } = presetKey(library, "");
  const page = await store.table.queryPage({ pk, limit, after, newestFirst: true });
  return { items: page.items.map((item): Preset => itemSchema.parse(item)), next: page.next };
}

/** Refused where the id is taken. */
export async function createPreset(
  store: Store,
  library: string,
  preset: Preset,
  auditId: string,
  audit: AuditEntry,
): Promise<WriteOutcome> {
  return await store.table.write({ put: itemOf(library, preset), if: ifAbsent }, auditEntry(library, auditId, audit));
}

/** Takes the place of the one that was read as `revision`. Refused where that has changed or gone since. */
export async function replacePreset(
  store: Store,
  library: string,
  preset: Preset,
  revision: number,
  auditId: string,
  audit: AuditEntry,
): Promise<WriteOutcome> {
  return await store.table.write(
    { put: itemOf(library, preset), if: ifKeptAs(revision) },
    auditEntry(library, auditId, audit),
  );
}

/** Refused where the one that was read as `revision` has changed or gone since. */
export async function deletePreset(
  store: Store,
  library: string,
  id: string,
  revision: number,
  auditId: string,
  audit: AuditEntry,
): Promise<WriteOutcome> {
  return await store.table.write(
    { delete: presetKey(library, id), if: ifKeptAs(revision) },
    auditEntry(library, auditId, audit),
  );
}
