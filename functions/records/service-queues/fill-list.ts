import type { BatchUpdateId, PatronId } from "#domain/ids";
import type { FillStatus } from "#domain/queue/fill";
import { byCodePoint } from "#domain/text";
import { patronKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { type FillGroup, fillStatusOf, listGroups, loadWithdrawn } from "./fill-answers.ts";
import { type FillTry, loadTries } from "./fill-tries.ts";
import { loadQueues, noQueue } from "./service-queues.ts";

/** What came of one patron's fill. */
export interface Fill {
  readonly patronId: PatronId;
  readonly lastName?: string;
  readonly firstName?: string;
  readonly status: FillStatus;
  readonly entriesAdded?: number;
  readonly reason?: string;
  readonly filledAt?: string;
  /** While it is pending: tries that failed so far, and what the last one ended in. */
  readonly tries?: number;
  readonly lastError?: string;
  readonly nextTryAt?: string;
}

export interface FillListOptions {
  readonly status?: FillStatus | undefined;
  /** Where the page before ended, as told by its `next`. */
  readonly after?: string | undefined;
  readonly limit: number;
}

interface Found {
  readonly group: FillGroup;
  readonly patronId: PatronId;
  readonly status: FillStatus;
}

const separator = "/";

/** A page of a batch update's fills, in the order of its plan's groups, then by patron id. */
export async function listFills(
  store: Store,
  { batchUpdateId, medium }: { readonly batchUpdateId: BatchUpdateId; readonly medium: string },
  { status, after, limit }: FillListOptions,
): Promise<{ items: Fill[]; next?: string }> {
  const withdrawn = await loadWithdrawn(store, batchUpdateId);
  const [lastGroup = "", lastPatron = ""] = after?.split(separator) ?? [];
  const found: Found[] = [];
  // The group of the last page's end may have more: begin before it.
  for await (const group of listGroups(store, batchUpdateId, lastGroup === "" ? undefined : justBefore(lastGroup))) {
    const begins = group.group === lastGroup ? lastPatron : "";
    for (const patronId of [...group.requested].sort(byCodePoint)) {
      if (byCodePoint(patronId, begins) <= 0) continue;
      const its = fillStatusOf(group, withdrawn, patronId);
      if (status === undefined || its === status) found.push({ group, patronId, status: its });
      if (found.length > limit) break;
    }
    if (found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: await withDetails(store, batchUpdateId, medium, shown),
    ...(found.length > limit && last !== undefined && { next: last.group.group + separator + last.patronId }),
  };
}

/** A sort key that is below a group's and above that of the group before it: group names end in a digit. */
function justBefore(group: string): string {
  const last = group.charCodeAt(group.length - 1);
  return `${group.slice(0, -1)}${String.fromCharCode(last - 1)}~`;
}

async function withDetails(
  store: Store,
  batchUpdateId: BatchUpdateId,
  medium: string,
  found: readonly Found[],
): Promise<Fill[]> {
  const ids = found.map((it) => it.patronId);
  const names = new Map(
    (await store.table.batchGetRaw(ids.map((patronId) => patronKey(store, patronId)))).map((item) => [
      item.patronId?.S,
      { lastName: item.lastName?.S, firstName: item.firstName?.S },
    ]),
  );
  const filled = found.filter((it) => it.status === "FILLED").map((it) => it.patronId);
  const queues = await loadQueues(store, medium, filled);
  const isPending = found.some((it) => it.status === "PENDING");
  const tries = isPending ? await loadTries(store, batchUpdateId) : new Map<PatronId, FillTry>();
  return found.map(({ group, patronId, status }) => {
    const { lastName, firstName } = names.get(patronId) ?? {};
    const settlement = status === "FILLED" ? (queues.get(patronId) ?? noQueue).settled[batchUpdateId] : undefined;
    const reason = status === "FAILED" ? group.failed[patronId] : undefined;
    return {
      patronId,
      ...(lastName !== undefined && { lastName }),
      ...(firstName !== undefined && firstName !== "" && { firstName }),
      status,
      ...(settlement !== undefined && { entriesAdded: settlement.added, filledAt: settlement.at }),
      ...(reason !== undefined && { reason }),
      ...(status === "PENDING" && { tries: 0, ...tries.get(patronId) }),
    };
  });
}
