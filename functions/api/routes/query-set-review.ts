import { querySets, type Shares } from "#contract/query-sets";
import type { LineSet } from "#domain/line-set";
import { patronCount } from "#domain/patron-count";
import { patronSearch } from "#domain/profile/patron-search";
import { loadExclusions, saveExclusions } from "#records/query-sets/exclusions";
import { findLines, type IndexLine, readIndex } from "#records/query-sets/member-index";
import { readMembers, readNotFound } from "#records/query-sets/members";
import { loadQuerySet, type QuerySet } from "#records/query-sets/query-sets";
import type { Store } from "#records/store/store";
import { decodeNumberCursor, page } from "../page.ts";
import { invalid, notYet } from "../problem.ts";
import { type Call, type CallOf, type Dependencies, implement, ok, type QueryOf, type Route } from "../route.ts";
import { auditOf, querySetAnswer, querySetOf } from "./query-sets.ts";

type Filter = Omit<QueryOf<typeof querySets.members>, "limit" | "cursor">;

export async function readySetOf(call: Call<unknown, unknown, "querySetId">, store: Store): Promise<QuerySet> {
  const set = await querySetOf(call, store);
  if (set.status !== "READY")
    throw notYet("READY", set.status, `The query set is ${set.status}. Its patrons can be seen once it is READY.`);
  return set;
}

async function listPatrons(call: CallOf<typeof querySets.members>, { store }: Dependencies) {
  const set = await readySetOf(call, store);
  const { limit, cursor, ...filter } = call.query;
  const from = decodeNumberCursor(cursor);
  const { lines: excluded } = await loadExclusions(store, set);
  const { lines, next } = isEmpty(filter)
    ? linesFrom(from, limit, set.counts.matched)
    : await linesThatMatch(store, set, filter, excluded, from, limit);
  const members = await readMembers(store, set, lines);
  return ok(
    page(
      members.map(({ erased: _, ...member }, i) => ({ ...member, excluded: excluded.has(lines[i] ?? -1) })),
      next,
    ),
  );
}

function isEmpty({ q, medium, excluded }: Filter): boolean {
  return (q === undefined || q === "") && medium === undefined && excluded === undefined;
}

/** Without a filter a page is found by counting: the last page of 100,000 members costs what the first does. */
function linesFrom(from: number, limit: number, matched: number) {
  const end = Math.min(from + limit, matched);
  const lines = Array.from({ length: Math.max(0, end - from) }, (_, i) => from + i);
  return { lines, next: end < matched ? end : undefined };
}

async function linesThatMatch(
  store: Store,
  set: QuerySet,
  { q, medium, excluded: wanted }: Filter,
  excluded: LineSet,
  from: number,
  limit: number,
) {
  const isMeant = patronSearch(q);
  const lines: number[] = [];
  for await (const it of readIndex(store, set, from)) {
    if (wanted !== undefined && excluded.has(it.line) !== (wanted === "true")) continue;
    if (medium !== undefined && !mediaOf(it).includes(medium)) continue;
    if (isMeant?.(it.patronId, it.names) === false) continue;
    if (lines.length === limit) return { lines, next: it.line };
    lines.push(it.line);
  }
  return { lines, next: undefined };
}

function mediaOf({ media }: IndexLine): string[] {
  return media.filter((_, i) => i % 2 === 0);
}

function serveCodesOf({ media }: IndexLine): string[] {
  return media.filter((code, i) => i % 2 === 1 && code !== "");
}

async function summarise(call: Call<unknown, unknown, "querySetId">, { store }: Dependencies) {
  const set = await readySetOf(call, store);
  const { lines: excluded } = await loadExclusions(store, set);
  const [byBranch, byMainStatus, byMedium, byServeCode] = [new Tally(), new Tally(), new Tally(), new Tally()];
  for await (const it of readIndex(store, set)) {
    if (excluded.has(it.line)) continue;
    byBranch.add(it.branch === "" ? [] : [it.branch]);
    byMainStatus.add(it.mainStatus === "" ? [] : [it.mainStatus]);
    byMedium.add(mediaOf(it));
    byServeCode.add(serveCodesOf(it));
  }
  return ok({
    byBranch: byBranch.rows(),
    byMainStatus: byMainStatus.rows(),
    byMedium: byMedium.rows(),
    byServeCode: byServeCode.rows(),
  });
}

/** Counts patrons by code, each once for every code it has; those with none stand last, without a code. */
class Tally {
  readonly #patrons = new Map<string, number>();
  #without = 0;

  add(codes: readonly string[]): void {
    if (codes.length === 0) this.#without++;
    for (const code of new Set(codes)) this.#patrons.set(code, (this.#patrons.get(code) ?? 0) + 1);
  }

  rows(): Shares {
    const codes = [...this.#patrons].sort(([a], [b]) => (a < b ? -1 : 1));
    const rows = codes.map(([code, patrons]): { code?: string; patrons: number } => ({ code, patrons }));
    return this.#without === 0 ? rows : [...rows, { patrons: this.#without }];
  }
}

async function listNotFound(call: CallOf<typeof querySets.notFound>, { store }: Dependencies) {
  const set = await readySetOf(call, store);
  const { limit, cursor } = call.query;
  const from = decodeNumberCursor(cursor);
  const ids = await readNotFound(store, set, from, limit);
  const next = from + ids.length;
  return ok(
    page(
      ids.map((patronId) => ({ patronId })),
      next < set.counts.notFound ? next : undefined,
    ),
  );
}

async function changeExclusions(
  call: CallOf<typeof querySets.exclude>,
  { store }: Dependencies,
  change: "exclude" | "include",
) {
  const set = await readySetOf(call, store);
  const { querySetId } = set;
  const found = await findLines(store, set, call.body.patronIds);
  const unknown = call.body.patronIds.flatMap((id, n) => (found.has(id) ? [] : [n]));
  if (unknown.length > 0) {
    throw invalid(
      ...unknown.slice(0, 50).map((n) => ({ path: `patronIds[${n}]`, message: "is not in this query set" })),
    );
  }
  const action = change === "exclude" ? "QUERY_SET_EXCLUDED" : "QUERY_SET_INCLUDED";
  const audit = auditOf(call, action, set, patronCount(found.size));
  for (let saved = false; !saved; ) {
    const before = await loadExclusions(store, set);
    const chosen = found.values();
    const lines = change === "exclude" ? before.lines.with(chosen) : before.lines.without(chosen);
    saved = await saveExclusions(store, set, before, lines, audit);
  }
  const after = await loadQuerySet(store, querySetId);
  return ok(await querySetAnswer(store, after ?? set));
}

export const querySetReviewRoutes: readonly Route[] = [
  implement(querySets.members, listPatrons),
  implement(querySets.summary, summarise),
  implement(querySets.notFound, listNotFound),
  implement(querySets.exclude, async (call, dependencies) => await changeExclusions(call, dependencies, "exclude")),
  implement(querySets.include, async (call, dependencies) => await changeExclusions(call, dependencies, "include")),
];
