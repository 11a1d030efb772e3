import { z } from "zod";
import { auditActorSchema, auditChangeSchema, auditEnds, refusalMinute, theSystem } from "#domain/audit/entry";
import type { LibraryId, OfLibrary } from "#domain/ids";
import { Cache, keptOrLoaded } from "#platform/cache";
import { causingRequest } from "#platform/thread";
import { readItem } from "#records/store/format";
import { auditPartition, type Key } from "#records/store/keys";
import { readable } from "#records/store/readable";
import type { Store } from "#records/store/store";
import { ifAbsent, type Table, type Write } from "#records/store/table";
import { loadLibrary } from "./libraries.ts";
import { loadTenant } from "./tenants.ts";

/**
 * Who did what to which thing, and what it changed. Where it is about a patron, ids and names of fields alone: never a
 * value, never what was searched for.
 */
export const auditEntrySchema = z.object({
  at: z.string(),
  // Before 0.2 the name alone was kept, which was the sub of every machine client.
  actor: z.preprocess((actor) => (typeof actor === "string" ? { sub: actor, name: actor } : actor), auditActorSchema),
  role: z.string(),
  action: z.string(),
  subject: z.string(),
  /** The name that people gave to the subject. Never a patron's. */
  subjectName: z.string().optional(),
  detail: z.string(),
  changes: z.array(auditChangeSchema).optional(),
  /** Why support did it. */
  reason: z.string().optional(),
  /** The request by which it came about: also of what the system did later because of it. */
  requestId: z.string().optional(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/**
 * The write of an entry, to stand in the transaction of the act itself. Written if absent, never changed; the table's time
 * to live ends it when the library's `auditDays` are over.
 *
 * @param id keeps two acts of one instant apart
 */
export async function auditEntry(store: Store, id: string, entry: AuditEntry): Promise<Write> {
  const expiresAt = await auditEndOf(store, entry.at);
  const requestId = entry.requestId ?? causingRequest();
  const told = { ...entry, ...(requestId !== undefined && { requestId }) };
  return { put: { ...auditKey(store, entry.at, id, entry.action), ...told, expiresAt }, if: ifAbsent };
}

/** When the table's time to live ends what is told of an act, in seconds since 1970. */
export async function auditEndOf(store: Store, at: string): Promise<number> {
  return auditEnds(at, await auditDaysOf(store));
}

/** With its making a library's own audit begins: what is older is of one that had its id before, was deleted, and is another. */
const libraryCreated = "LIBRARY_CREATED";

/** The partition of what support did that concerns no one library. */
const keystonePartition = "KEYSTONE#AUDIT";

/** The same in Keystone's own audit: of acts of support that concern no one library. */
export function keystoneEntry(id: string, entry: AuditEntry): Write {
  const { at, action } = entry;
  const key = { pk: keystonePartition, sk: `${at}#${id}#${action}` };
  return { put: { ...key, ...entry, expiresAt: auditEnds(at) }, if: ifAbsent };
}

/** What the system does by itself, as an entry. */
export function actOfSystem(at: Date, action: string, subject: string, detail: string): AuditEntry {
  const { role, ...actor } = theSystem;
  return { at: at.toISOString(), actor, role, action, subject, detail };
}

function auditKey(of: OfLibrary, at: string, id: string, action: string): Key {
  return { pk: auditPartition(of), sk: `${at}#${id}#${action}` };
}

/** Milliseconds for which a changed `auditDays` may go unnoticed. */
const settingLasts = 60_000;
const settings = new WeakMap<Store, Cache<Promise<number | undefined>>>();

async function auditDaysOf(store: Store): Promise<number | undefined> {
  const kept = settings.get(store) ?? new Cache<Promise<number | undefined>>(1000);
  settings.set(store, kept);
  const key = `${store.library}#${Math.floor(Date.now() / settingLasts)}`;
  return await keptOrLoaded(kept, key, async () => (await loadLibrary(store))?.auditDays);
}

const refused = "ACT_REFUSED";
const refusals = z.object({ times: z.number().int() });

/** Where refusals are counted that are told by the entry of a key: one place a minute, for each caller and route. */
function countKey(of: OfLibrary, sk: string): Key {
  const { at, rest } = parts(sk);
  return { pk: `${auditPartition(of)}#REFUSED`, sk: `${refusalMinute(new Date(at)).toISOString()}${rest}` };
}

/** The instant that an entry stands at, and what keeps it apart. */
function parts(sk: string): { at: string; rest: string } {
  const end = sk.indexOf("#");
  return { at: sk.slice(0, end), rest: sk.slice(end) };
}

/**
 * Notes that an act was refused: one entry a minute for each caller and route, at the first of them, whose count stands
 * beside it, for entries never change.
 *
 * @param route names the route, without anything that the caller wrote
 */
export async function noteRefusal(
  store: Store,
  route: string,
  entry: Omit<AuditEntry, "action" | "at">,
  at: Date,
): Promise<void> {
  const act = { ...entry, at: at.toISOString(), action: refused };
  const first = auditKey(store, act.at, `${entry.actor.sub}#${route}`, refused);
  const expiresAt = await auditEndOf(store, act.at);
  const count = countKey(store, first.sk);
  for (;;) {
    const counted = await store.table.get(count);
    const times = counted && readItem(refusals, counted).times;
    const { done } =
      times === undefined
        ? await store.table.write(
            { put: { ...count, times: 1, expiresAt }, if: ifAbsent },
            { put: { ...first, ...act, expiresAt }, if: ifAbsent },
          )
        : await store.table.write({
            put: { ...count, times: times + 1, expiresAt },
            if: { expression: "times = :times", values: { ":times": times } },
          });
    if (done) return;
  }
}

/** What a list of the audit is narrowed to; each left out takes all. */
export interface AuditFilter {
  readonly action?: string | undefined;
  /** A sub or a name. */
  readonly actor?: string | undefined;
  /** A subject, or what one begins with up to a slash. */
  readonly subject?: string | undefined;
  /** Instants, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Entries looked through for one page at most: a page may have fewer than asked for and still not be the last. */
const mostLookedThrough = 5000;

/**
 * When the library that has an id today was made: what is older is of one that had it before. Undefined where that is not
 * told, as of libraries that were there before it was kept: none had their ids before them.
 */
export async function madeAtOf(across: Table, library: LibraryId): Promise<string | undefined> {
  return (await loadTenant(across, library))?.createdAt;
}

/**
 * One page, newest first.
 *
 * @param madeAt as {@link madeAtOf} says. Left out only where the walk begins with the newest entry, and so meets the
 *   library's making by itself; one that begins further back may be past it already
 */
export async function listAudit(
  store: Store,
  limit: number,
  after: string | undefined,
  filter: AuditFilter = {},
  madeAt?: string,
): Promise<AuditPage> {
  const { found, next } = await entriesIn(store.table, auditPartition(store), limit, after, filter, madeAt);
  return { items: await withCounts(store, found), next };
}

/** Entries newest first, page by page, whatever their number; `madeAt` as of {@link listAudit}. */
export async function* allOfAudit(store: Store, filter: AuditFilter, madeAt?: string): AsyncGenerator<AuditEntry[]> {
  let after: string | undefined;
  do {
    const { items, next } = await listAudit(store, entriesAtOnce, after, filter, madeAt);
    yield items;
    after = next;
  } while (after !== undefined);
}

const entriesAtOnce = 1000;

/** One page of Keystone's own audit, newest first. */
export async function listKeystoneAudit(
  across: Table,
  limit: number,
  after: string | undefined,
  filter: AuditFilter = {},
): Promise<AuditPage> {
  const { found, next } = await entriesIn(across, keystonePartition, limit, after, filter);
  return { items: found.map(({ entry }) => entry), next };
}

interface AuditPage {
  readonly items: AuditEntry[];
  readonly next: string | undefined;
}

async function entriesIn(
  table: Table,
  pk: string,
  limit: number,
  after: string | undefined,
  filter: AuditFilter,
  madeAt?: string,
): Promise<{ found: { sk: string; entry: AuditEntry }[]; next: string | undefined }> {
  // "~" comes after every instant's "Z", so that entries of the very instant are in.
  const start = after ?? (filter.to === undefined ? undefined : `${filter.to}~`);
  const isFiltered = Object.values(filter).some((it) => it !== undefined);
  const found: { sk: string; entry: AuditEntry }[] = [];
  let looked = 0;
  let last: string | undefined;
  let next: string | undefined;
  let began = madeAt;
  for await (const item of table.queryAll({
    pk,
    after: start,
    newestFirst: true,
    limit: isFiltered ? 200 : limit + 1,
  })) {
    const sk = String(item["sk"]);
    const kept = await readable(`${pk} ${sk}`, () => readItem(auditEntrySchema, item));
    // Before 0.2 a refusal stood at the beginning of its minute, and told of a later instant.
    const entry = kept && { ...kept, at: parts(sk).at };
    if (began !== undefined && sk < began) break;
    if (filter.from !== undefined && sk < filter.from) break;
    if (found.length === limit || looked === mostLookedThrough) {
      next = last;
      break;
    }
    looked++;
    last = sk;
    if (entry !== undefined && isMeant(entry, filter)) found.push({ sk, entry });
    if (entry?.action === libraryCreated) began = entry.at;
  }
  return { found, next };
}

function isMeant(entry: AuditEntry, { action, actor, subject, from, to }: AuditFilter): boolean {
  return (
    (action === undefined || entry.action === action) &&
    (actor === undefined || entry.actor.sub === actor || entry.actor.name === actor) &&
    (subject === undefined || entry.subject === subject || entry.subject.startsWith(`${subject}/`)) &&
    (from === undefined || entry.at >= from) &&
    (to === undefined || entry.at <= to)
  );
}

async function withCounts(
  store: Store,
  found: readonly { readonly sk: string; readonly entry: AuditEntry }[],
): Promise<AuditEntry[]> {
  const counts = new Map(
    found
      .filter(({ entry }) => entry.action === refused)
      .map(({ sk }) => [countKey(store, sk).sk, countKey(store, sk)]),
  );
  const items = await store.table.batchGet([...counts.values()]);
  const times = new Map(items.map((item) => [String(item["sk"]), refusals.safeParse(item).data?.times ?? 1]));
  return found.map(({ sk, entry }) => {
    const count = times.get(countKey(store, sk).sk) ?? 1;
    return entry.action === refused && count > 1
      ? { ...entry, detail: `${entry.detail} (${count} times within a minute)` }
      : entry;
  });
}
