import { querySets } from "#contract/query-sets";
import { comparedMembers, type Membership } from "#domain/query/compare-sets";
import { allEnded } from "#platform/side-by-side";
import { readIndex } from "#records/query-sets/member-index";
import { type Member, readMembers } from "#records/query-sets/members";
import { buildWork, createQuerySet, renameQuerySet } from "#records/query-sets/moves";
import { copyIdList } from "#records/query-sets/query-set-build";
import { loadQuery, loadQuerySet, type QuerySet } from "#records/query-sets/query-sets";
import type { Store } from "#records/store/store";
import { toldChanges } from "../act.ts";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { decodeNumberCursor, page } from "../page.ts";
import { conflict, notFound, notYet } from "../problem.ts";
import { type CallOf, created, type Dependencies, implement, ok, type Route } from "../route.ts";
import { readySetOf } from "./query-set-review.ts";
import { auditOf, querySetAnswer, querySetOf } from "./query-sets.ts";

async function rename(call: CallOf<typeof querySets.rename>, { store }: Dependencies) {
  const { name } = call.body;
  const set = await querySetOf(call, store);
  if (set.name !== name) {
    const told = toldChanges({ name: set.name }, { name });
    const audit = { ...auditOf(call, "QUERY_SET_RENAMED", { ...set, name }, ""), ...told };
    await renameQuerySet(store, set, name, audit, call.newId);
  }
  return ok(await querySetAnswer(store, await querySetOf(call, store)));
}

/** Asks the same again: a new set of whom the criteria find now, and of the same list of ids. */
async function refresh(call: CallOf<typeof querySets.refresh>, { store, workflows }: Dependencies) {
  const { library, newId: querySetId, caller, now } = call;
  const set = await querySetOf(call, store);
  if (set.status === "AWAITING_UPLOAD" || set.status === "BUILDING") {
    throw notYet("ENDED", set.status, `The query set is ${set.status}. It can be run again once it has finished.`);
  }
  const { criteria, searchStatement } = await loadQuery(store, set.querySetId);
  if (set.ids !== undefined && !(await copyIdList(store, set.querySetId, querySetId))) {
    throw conflict("The list of IDs behind this query set was not kept. Create a new query set from your list.");
  }
  const createdAt = now.toISOString();
  const { done } = await createQuerySet(
    store,
    {
      library,
      querySetId,
      name: set.name,
      criteria,
      searchStatement,
      ids: set.ids && "LIST",
      refreshOf: set.querySetId,
      ...madeBy(caller),
      createdAt,
    },
    auditOf(
      call,
      "QUERY_SET_CREATED",
      { querySetId, ...(set.name !== undefined && { name: set.name }) },
      `as ${set.querySetId} was`,
    ),
  );
  if (!done) alreadyThere(call);
  await workflows.start(buildWork(store, querySetId, createdAt));
  const made = await loadQuerySet(store, querySetId);
  if (made === undefined) throw notFound();
  return created(await querySetAnswer(store, made));
}

async function compare(call: CallOf<typeof querySets.compare>, { store }: Dependencies) {
  const { limit, cursor, in: wanted } = call.query;
  const [one, other] = [
    await readySetOf(call, store),
    await readySetOf({ ...call, params: { querySetId: call.params.otherId } }, store),
  ];
  const [earlier, later] = isEarlier(one, other) ? [one, other] : [other, one];
  const [before, now] = await allEnded([idsOf(store, earlier), idsOf(store, later)]);
  const counts: Record<Membership, number> = { JOINED: 0, LEFT: 0, BOTH: 0 };
  const found: { in: Membership; set: QuerySet; line: number }[] = [];
  const from = decodeNumberCursor(cursor);
  let place = 0;
  let next: number | undefined;
  for (const it of comparedMembers(now, before)) {
    counts[it.in]++;
    const here = place++;
    if (here < from || next !== undefined || (wanted !== undefined && it.in !== wanted)) continue;
    if (found.length === limit) next = here;
    else found.push({ in: it.in, set: it.of === "LATER" ? later : earlier, line: it.line });
  }
  const { JOINED: joined, LEFT: left, BOTH: both } = counts;
  return ok({ ...page(await shown(store, found), next), counts: { joined, left, both } });
}

/** Ids sort by time, so they decide between two sets of one instant. */
function isEarlier(a: QuerySet, b: QuerySet): boolean {
  const order = ({ createdAt, querySetId }: QuerySet) => `${createdAt} ${querySetId}`;
  return order(a) < order(b);
}

async function idsOf(store: Store, set: QuerySet): Promise<string[]> {
  const ids: string[] = [];
  for await (const { patronId } of readIndex(store, set)) ids.push(patronId);
  return ids;
}

async function shown(store: Store, found: readonly { in: Membership; set: QuerySet; line: number }[]) {
  const members = new Map<string, Member>();
  const keyOf = (set: QuerySet, line: number) => `${set.querySetId} ${line}`;
  for (const [set, its] of Map.groupBy(found, (it) => it.set)) {
    const lines = its.map(({ line }) => line);
    for (const [i, member] of (await readMembers(store, set, lines)).entries()) {
      members.set(keyOf(set, lines[i] ?? -1), member);
    }
  }
  return found.flatMap(({ in: where, set, line }) => {
    const member = members.get(keyOf(set, line));
    if (member === undefined) return [];
    const { media: _, erased: __, ...fields } = member;
    return [{ ...fields, in: where }];
  });
}

export const querySetAgainRoutes: readonly Route[] = [
  implement(querySets.rename, rename),
  implement(querySets.refresh, refresh),
  implement(querySets.compare, compare),
];
