import { z } from "zod";
import { batchUpdateIdSchema, type LibraryId, type OfLibrary } from "#domain/ids";
import { updateSpecSchema } from "#domain/plan/update-spec";
import { type Criteria, criteriaSchema } from "#domain/query/criteria";
import { querySetStatuses } from "#domain/query/query-set";
import { roles } from "#domain/role";
import { sideBySide } from "#platform/side-by-side";
import { readItem } from "#records/store/format";
import { jobKey } from "#records/store/keys";
import { Lost, readable } from "#records/store/readable";
import type { Store } from "#records/store/store";
import type { Item } from "#records/store/table";

const count = z.number().int().min(0);

/** What follows a query set by itself once it is READY: a batch update, in the role of whoever started it. */
const followSchema = z.object({ batchUpdateId: batchUpdateIdSchema, spec: updateSpecSchema, role: z.enum(roles) });
export type Follow = z.infer<typeof followSchema>;

const itemSchema = z.object({
  querySetId: z.string(),
  name: z.string().optional(),
  status: z.enum(querySetStatuses),
  stateReason: z.string().optional(),
  failedAt: z.string().optional(),
  /** Of a FAILED one, whether starting it again may help. */
  canBeMended: z.boolean().optional(),
  /** Left out where it is long: then it stands in the query object alone. */
  searchStatement: z.string().optional(),
  /** Where the ids come from, if the set has a list of ids. */
  ids: z.enum(["LIST", "UPLOAD"]).optional(),
  /** Names the copy of the upload that was taken when the set was started. Those from before have none. */
  taken: z.string().optional(),
  /** Before its start, what was sent or taken of it was removed with a patron who was erased: another mark each time. */
  erasedFile: z.string().optional(),
  counts: z.object({ matched: count, notFound: count, duplicates: count }),
  /** Apart from the other counts, for it alone changes once the set is READY. */
  excluded: count,
  /** The query set that was asked again by this one. */
  refreshOf: z.string().optional(),
  follow: followSchema.optional(),
  /** Why nothing followed, as a sentence. */
  planProblem: z.string().optional(),
  createdBy: z.string(),
  createdBySub: z.string().optional(),
  createdAt: z.string(),
  /** When somebody looked at it or planned with it last, to the day; missing where nobody has since its first. */
  lastUsedAt: z.string().optional(),
  /** Another one each time that a patron was erased from its objects: what a warm function keeps of them is over by then. */
  rewritten: z.string().optional(),
  /** Nobody needs it any more: it is being deleted, and is there for nobody. */
  ending: z.literal(true).optional(),
});

/** A query set as it stands. Its members are in S3 and never change once it is READY. */
export interface QuerySet extends Omit<z.infer<typeof itemSchema>, "searchStatement" | "counts" | "excluded"> {
  readonly library: LibraryId;
  /** `matched` includes the excluded. */
  readonly counts: { matched: number; excluded: number; notFound: number; duplicates: number };
  readonly searchStatement: string;
}

/** The query as it was asked, kept beside the members. */
const querySchema = z.object({ criteria: criteriaSchema.optional(), searchStatement: z.string() });
export type Query = z.infer<typeof querySchema>;

export function querySetFolder(of: OfLibrary, id: string): string {
  return `${of.library}/query-sets/${id}`;
}

export function uploadKey(of: OfLibrary, id: string): string {
  return `${querySetFolder(of, id)}/upload`;
}

/** The file as it was when the set was started: no link reaches it. `taken` is the id of the request that took it. */
export function uploadedFileKey(of: OfLibrary, id: string, taken: string): string {
  return `${querySetFolder(of, id)}/uploaded/${taken}`;
}

export function idListKey(of: OfLibrary, id: string): string {
  return `${querySetFolder(of, id)}/ids.json`;
}

export const queryKey = (of: OfLibrary, id: string) => `${querySetFolder(of, id)}/query.json`;

/** Undefined where the library has no such query set. */
export async function loadQuerySet(store: Store, id: string): Promise<QuerySet | undefined> {
  const item = await store.table.get(jobKey(store, "query-set", id));
  if (item === undefined || item["ending"] === true) return undefined;
  return await withStatement(store, item);
}

/** Whether a set is being deleted: it is there for nobody, but objects of it may be. */
export async function isEnding(store: Store, id: string): Promise<boolean> {
  return (await store.table.get(jobKey(store, "query-set", id)))?.["ending"] === true;
}

const readsAtOnce = 16;

/** One page of a library's query sets, newest first. */
export async function listQuerySets(store: Store, limit: number, after: string | undefined) {
  const { pk } = jobKey(store, "query-set", "");
  const page = await store.table.queryPage({ pk, limit, after, newestFirst: true });
  const kept = page.items.filter((item) => item["ending"] !== true);
  const items = await sideBySide(kept, readsAtOnce, (item) =>
    readable(`${pk} ${item["sk"]}`, () => withStatement(store, item)),
  );
  return { items: items.filter((item) => item !== undefined), next: page.next };
}

/** What is kept of every query set of a library that says when it ends, and which batch update follows it. */
const lifeSchema = itemSchema
  .pick({
    querySetId: true,
    status: true,
    createdAt: true,
    lastUsedAt: true,
    ending: true,
    failedAt: true,
    canBeMended: true,
    ids: true,
  })
  .extend({ follow: followSchema.pick({ batchUpdateId: true }).optional() });
export type QuerySetLife = z.infer<typeof lifeSchema>;

/** All query sets of a library that can be read, those that are ending among them. */
export async function* listQuerySetLives(store: Store, unread?: (item: Item) => void): AsyncGenerator<QuerySetLife> {
  const { pk } = jobKey(store, "query-set", "");
  for await (const item of store.table.queryAll({ pk })) {
    const life = await readable(`${pk} ${item["sk"]}`, () => readItem(lifeSchema, item));
    if (life !== undefined) yield life;
    else unread?.(item);
  }
}

export async function loadQuery(store: Store, id: string): Promise<Query> {
  const query = await store.objects.getJson(queryKey(store, id), querySchema);
  if (query === undefined) throw new Lost(`Query set ${id} has lost its query`);
  return query;
}

/** What was asked, as it can be asked again; undefined where a set was made by ids alone. */
export async function loadCriteria(store: Store, id: string): Promise<Criteria | undefined> {
  return (await store.objects.getJson(queryKey(store, id), querySchema))?.criteria;
}

async function withStatement(store: Store, item: Item): Promise<QuerySet> {
  const { counts, excluded, ...rest } = readItem(itemSchema, item);
  const searchStatement = rest.searchStatement ?? (await loadQuery(store, rest.querySetId)).searchStatement;
  return { ...rest, counts: { ...counts, excluded }, library: store.library, searchStatement };
}
