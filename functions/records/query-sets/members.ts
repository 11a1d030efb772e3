import { z } from "zod";
import { keptPatronIdSchema, type OfLibrary, type PatronId } from "#domain/ids";
import { mediumFieldsSchema } from "#domain/profile/medium-record";
import { sideBySide } from "#platform/side-by-side";
import { objectName } from "#records/store/numbered-objects";
import type { Store } from "#records/store/store";
import { type QuerySet, querySetFolder } from "./query-sets.ts";

/** Members in one chunk object, and so the number of patrons in one chunk of a plan. */
export const membersPerChunk = 500;

/**
 * A patron as found when the set was built. What changes afterwards does not change the set; of a patron who was erased
 * since, the id alone is left.
 */
export const memberSchema = z.object({
  patronId: keptPatronIdSchema,
  lastName: z.string().optional(),
  firstName: z.string().optional(),
  mainStatus: z.string().optional(),
  branch: z.string().optional(),
  city: z.string().optional(),
  county: z.string().optional(),
  state: z.string().optional(),
  registeredOn: z.string().optional(),
  language: z.string().optional(),
  media: z.record(z.string(), mediumFieldsSchema.extend({ version: z.number().int() })),
  erased: z.literal(true).optional(),
});
export type Member = z.infer<typeof memberSchema>;

/** One that is being found, with all that its place in the set goes by. */
export type FoundMember = Member & { readonly lastName: string; readonly mainStatus: string };

/** What is left of a member's line when the patron is erased. */
export function erasedMember(patronId: PatronId): Member {
  return { patronId, media: {}, erased: true };
}

export function memberChunkKey(of: OfLibrary, querySetId: string, chunk: number): string {
  return `${querySetFolder(of, querySetId)}/members/${objectName(chunk, "jsonl")}`;
}

export function memberChunkCount(set: Pick<QuerySet, "counts">): number {
  return Math.ceil(set.counts.matched / membersPerChunk);
}

/**
 * The members of one chunk in the order of the set; member i of chunk n stands on line n * {@link membersPerChunk} + i.
 * Excluded ones are among them: see loadExclusions.
 */
export async function readMemberChunk(store: Store, querySetId: string, chunk: number): Promise<Member[]> {
  const lines = await memberLines(store, querySetId, chunk);
  // Checked when they were written, and their hash says that they are as they were.
  return lines.map((line): Member => JSON.parse(line));
}

const readsAtOnce = 8;

/** Members by line, in the order asked for. Only the chunks that hold them are read. */
export async function readMembers(store: Store, set: QuerySet, lines: readonly number[]): Promise<Member[]> {
  const texts = new Map<number, string | undefined>();
  const wanted = Map.groupBy(lines, (line) => Math.floor(line / membersPerChunk));
  await sideBySide([...wanted], readsAtOnce, async ([chunk, its]) => {
    const read = await memberLines(store, set.querySetId, chunk);
    for (const line of its) texts.set(line, read[line % membersPerChunk]);
  });
  return lines.flatMap((line) => {
    const text = texts.get(line);
    return text === undefined ? [] : [memberSchema.parse(JSON.parse(text))];
  });
}

async function memberLines(store: Store, querySetId: string, chunk: number): Promise<string[]> {
  const lines = await store.objects.getLines(memberChunkKey(store, querySetId, chunk));
  if (lines === undefined) throw new Error(`Chunk ${chunk} of query set ${querySetId} is not whole`);
  return lines;
}

/** Ids of a list that no patron has, in the order of the list. */
export function notFoundChunkKey(of: OfLibrary, querySetId: string, chunk: number): string {
  return `${querySetFolder(of, querySetId)}/not-found/${objectName(chunk, "jsonl")}`;
}

const idSchema = z.string();

/** Listed ids from place `from` on that no patron has, at most `limit`. */
export async function readNotFound(store: Store, set: QuerySet, from: number, limit: number): Promise<string[]> {
  const ids: string[] = [];
  const end = Math.min(from + limit, set.counts.notFound);
  for (let chunk = Math.floor(from / membersPerChunk); chunk * membersPerChunk < end; chunk++) {
    const lines = await store.objects.getLines(notFoundChunkKey(set, set.querySetId, chunk));
    if (lines === undefined) throw new Error(`Chunk ${chunk} of the ids not found is not whole`);
    const first = chunk * membersPerChunk;
    const wanted = lines.slice(Math.max(0, from - first), end - first);
    ids.push(...wanted.map((line) => idSchema.parse(JSON.parse(line))));
  }
  return ids;
}
