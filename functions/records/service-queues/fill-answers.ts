import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { z } from "zod";
import { type BatchUpdateId, keptPatronIdSchema, type OfLibrary, type PatronId } from "#domain/ids";
import { type FillStatus, patronGoneRefusal } from "#domain/queue/fill";
import { slices } from "#platform/slices";
import { firstFormat, formatField, readItem } from "#records/store/format";
import { fillsPartition, type Key } from "#records/store/keys";
import type { Store } from "#records/store/store";
import type { RawItem } from "#records/store/table";

/**
 * Who was asked to have a service queue filled, and what came of it.
 *
 * Requests are kept in groups of at most {@link largestGroup} patrons, one item each: sets of ids, to which DynamoDB adds
 * what is not there yet. So asking twice and answering twice change nothing, and every count is the size of a set: there
 * is no counter that could drift. FILLED and WITHDRAWN are for good; they outweigh FAILED, and pending is the rest.
 */
export interface FillGroup {
  readonly group: string;
  readonly requested: ReadonlySet<PatronId>;
  readonly filled: ReadonlySet<PatronId>;
  /** Reasons by patron id. */
  readonly failed: Readonly<Record<string, string>>;
}

export const largestGroup = 250;

/** Failures named in one expression, which may have 4,096 characters. */
const failuresInOne = 100;

const ids = z.set(keptPatronIdSchema).default(new Set());
const groupSchema = z.object({
  sk: z.string(),
  requested: ids,
  filled: ids,
  failed: z.record(z.string(), z.string()).default({}),
});
const withdrawnSchema = z.object({ patrons: ids });

const groupPrefix = "GROUP#";
const withdrawnPrefix = "WITHDRAWN#";

export function groupKey(of: OfLibrary, batchUpdateId: BatchUpdateId, group: string): Key {
  return { pk: fillsPartition(of, batchUpdateId), sk: groupPrefix + group };
}

function decodeGroup(item: Record<string, unknown>): FillGroup {
  const { sk, ...group } = readItem(groupSchema, item);
  return { group: sk.slice(groupPrefix.length), ...group };
}

/** Notes that these patrons were asked for, before any message says so. Repeating it changes nothing. */
export async function recordRequests(
  store: Store,
  batchUpdateId: BatchUpdateId,
  group: string,
  patronIds: readonly PatronId[],
): Promise<void> {
  await addPatrons(store, groupKey(store, batchUpdateId, group), "requested", patronIds, {
    set: "#failed = if_not_exists(#failed, :none)",
    names: { "#failed": "failed" },
    values: { ":none": { M: {} } },
  });
}

export interface FillAnswers {
  readonly filled: readonly PatronId[];
  /** Reasons by patron id. */
  readonly failed: ReadonlyMap<PatronId, string>;
}

/** Adds answers to a group that was recorded. */
export async function addAnswers(
  store: Store,
  batchUpdateId: BatchUpdateId,
  group: string,
  { filled, failed }: FillAnswers,
): Promise<void> {
  const [first = [], ...others] = slices([...failed], failuresInOne);
  if (filled.length > 0 || first.length > 0) await addSome(store, groupKey(store, batchUpdateId, group), filled, first);
  for (const reasons of others) await addSome(store, groupKey(store, batchUpdateId, group), [], reasons);
}

async function addSome(
  store: Store,
  key: Key,
  filled: readonly PatronId[],
  reasons: readonly (readonly [patronId: PatronId, reason: string])[],
): Promise<void> {
  const sets = reasons.map((_, i) => `#failed.#p${i} = :r${i}`);
  const expression = [
    ...(filled.length > 0 ? ["ADD #filled :filled"] : []),
    ...(sets.length > 0 ? [`SET ${sets.join(", ")}`] : []),
  ].join(" ");
  await update(store, key, expression, {
    names: {
      ...(filled.length > 0 && { "#filled": "filled" }),
      ...(reasons.length > 0 && { "#failed": "failed" }),
      ...Object.fromEntries(reasons.map(([patronId], i) => [`#p${i}`, patronId])),
    },
    values: {
      ...(filled.length > 0 && { ":filled": { SS: [...filled] } }),
      ...Object.fromEntries(reasons.map(([, reason], i) => [`:r${i}`, { S: reason }])),
    },
    condition: "attribute_exists(pk)",
  });
}

/** Takes FAILED answers away: these patrons are pending again. */
export async function forgetFailures(
  store: Store,
  batchUpdateId: BatchUpdateId,
  group: string,
  patronIds: readonly PatronId[],
): Promise<void> {
  for (const part of slices(patronIds, failuresInOne)) {
    await update(
      store,
      groupKey(store, batchUpdateId, group),
      `REMOVE ${part.map((_, i) => `#failed.#p${i}`).join(", ")}`,
      {
        names: { "#failed": "failed", ...Object.fromEntries(part.map((patronId, i) => [`#p${i}`, patronId])) },
      },
    );
  }
}

/** Notes fills that an undo has withdrawn for good. `by` names the undo and its chunk: repeating it changes nothing. */
export async function addWithdrawn(
  store: Store,
  batchUpdateId: BatchUpdateId,
  by: string,
  patronIds: readonly PatronId[],
): Promise<void> {
  if (patronIds.length === 0) return;
  await addPatrons(store, { pk: fillsPartition(store, batchUpdateId), sk: withdrawnPrefix + by }, "patrons", patronIds);
}

export async function loadGroups(
  store: Store,
  batchUpdateId: BatchUpdateId,
  groups: readonly string[],
): Promise<Map<string, FillGroup>> {
  const items = await store.table.batchGet(groups.map((group) => groupKey(store, batchUpdateId, group)));
  return new Map(items.map(decodeGroup).map((group) => [group.group, group]));
}

/** Groups in the order of the plan, from the one after `after` on. */
export async function* listGroups(
  store: Store,
  batchUpdateId: BatchUpdateId,
  after?: string,
): AsyncGenerator<FillGroup> {
  const pk = fillsPartition(store, batchUpdateId);
  const from = after === undefined ? undefined : groupPrefix + after;
  for await (const item of store.table.queryAll({ pk, begins: groupPrefix, after: from })) yield decodeGroup(item);
}

/** What a group of a chunk of the plan is called: a patron is in one however often its chunk asks. */
export function groupName(chunk: number, place: number): string {
  return `${beginningOf(chunk)}${String(place).padStart(3, "0")}`;
}

function beginningOf(chunk: number): string {
  return `${String(chunk).padStart(6, "0")}-`;
}

/**
 * Takes away why a patron's service queue could not be filled, which may tell the main status: that it failed stays.
 *
 * @param chunk of the plan, in which the patron stands
 */
export async function eraseFillReason(
  store: Store,
  batchUpdateId: BatchUpdateId,
  chunk: number,
  patronId: PatronId,
): Promise<void> {
  const pk = fillsPartition(store, batchUpdateId);
  const begins = groupPrefix + beginningOf(chunk);
  for await (const item of store.table.queryAll({ pk, begins })) {
    const { group, failed } = decodeGroup(item);
    const reason = Object.hasOwn(failed, patronId) ? failed[patronId] : undefined;
    if (reason === undefined || reason === patronGoneRefusal) continue;
    await addAnswers(store, batchUpdateId, group, { filled: [], failed: new Map([[patronId, patronGoneRefusal]]) });
  }
}

/** Everybody whose fill was withdrawn by an undo. */
export async function loadWithdrawn(store: Store, batchUpdateId: BatchUpdateId): Promise<Set<PatronId>> {
  const withdrawn = new Set<PatronId>();
  for await (const item of store.table.queryAll({
    pk: fillsPartition(store, batchUpdateId),
    begins: withdrawnPrefix,
  })) {
    for (const patronId of readItem(withdrawnSchema, item).patrons) withdrawn.add(patronId);
  }
  return withdrawn;
}

export function fillStatusOf(group: FillGroup, withdrawn: ReadonlySet<PatronId>, patronId: PatronId): FillStatus {
  if (group.filled.has(patronId)) return "FILLED";
  if (withdrawn.has(patronId)) return "WITHDRAWN";
  return Object.hasOwn(group.failed, patronId) ? "FAILED" : "PENDING";
}

/** Adds patrons to a set of an item, which is made where it is not there. */
async function addPatrons(
  store: Store,
  key: Key,
  set: "requested" | "patrons",
  patronIds: readonly PatronId[],
  more?: { readonly set: string; readonly names: Record<string, string>; readonly values: RawItem },
): Promise<void> {
  const sets = ["#format = :format", ...(more === undefined ? [] : [more.set])];
  await update(store, key, `ADD #patrons :patrons SET ${sets.join(", ")}`, {
    names: { "#patrons": set, "#format": formatField, ...more?.names },
    values: { ":patrons": { SS: [...patronIds] }, ":format": { N: String(firstFormat) }, ...more?.values },
  });
}

interface Expression {
  readonly names: Record<string, string>;
  readonly values?: RawItem;
  readonly condition?: string;
}

async function update(store: Store, key: Key, expression: string, { names, values, condition }: Expression) {
  await store.table.client.send(
    new UpdateItemCommand({
      TableName: store.table.name,
      Key: { pk: { S: key.pk }, sk: { S: key.sk } },
      UpdateExpression: expression,
      ExpressionAttributeNames: names,
      ...(values !== undefined && { ExpressionAttributeValues: values }),
      ...(condition !== undefined && { ConditionExpression: condition }),
    }),
  );
}
