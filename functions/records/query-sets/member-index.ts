import { z } from "zod";
import { keptPatronIdSchema, type OfLibrary, type PatronId } from "#domain/ids";
import { searchedNames } from "#domain/profile/patron-search";
import { Cache, keptOrLoaded } from "#platform/cache";
import type { Lines } from "#records/store/line-text";
import type { Store } from "#records/store/store";
import type { Member } from "./members.ts";
import { type QuerySet, querySetFolder } from "./query-sets.ts";

/**
 * The index of a query set: a short line for each member in the order of the set, with what filters, summaries and
 * exclusions need. So a filter over 100,000 members reads 7 MB, not the members.
 */
export const linesPerIndexObject = 20_000;

const lineSchema = z.tuple([keptPatronIdSchema, z.string(), z.string(), z.string(), z.array(z.string())]);

export interface IndexLine {
  readonly line: number;
  readonly patronId: PatronId;
  /**
   * What is looked through for names; of sets of earlier versions the last name alone. Empty where the patron was erased, as
   * is the main status.
   */
  readonly names: string;
  readonly mainStatus: string;
  /** Empty where the patron has none. */
  readonly branch: string;
  /** Medium codes and their serve codes in turn; the serve code is empty where the record has none. */
  readonly media: readonly string[];
}

/** The text of a member's line, without a line feed. */
export function indexLineText(member: Member): string {
  const media = Object.entries(member.media).flatMap(([medium, record]) => [medium, record.serveCode ?? ""]);
  const { patronId, mainStatus = "", branch = "" } = member;
  return JSON.stringify([patronId, searchedNames(member), mainStatus, branch, media] satisfies z.input<
    typeof lineSchema
  >);
}

export async function saveIndexObject(store: Store, querySetId: string, object: number, lines: Lines): Promise<void> {
  await store.objects.putLines(indexKey(store, querySetId, object), lines);
}

/** Goes over the index from a line on, in the order of the set. */
export async function* readIndex(store: Store, set: QuerySet, from = 0): AsyncGenerator<IndexLine> {
  const objects = Math.ceil(set.counts.matched / linesPerIndexObject);
  for (let object = Math.floor(from / linesPerIndexObject); object < objects; object++) {
    const first = object * linesPerIndexObject;
    const lines = await indexObject(store, set, object);
    for (let i = Math.max(0, from - first); i < lines.length; i++) {
      const [patronId, names, mainStatus, branch, media] = decodeLine(lines[i] ?? "");
      yield { line: first + i, patronId, names, mainStatus, branch, media };
    }
  }
}

/** The lines of patrons by id; patrons that are no members are missing. */
export async function findLines(
  store: Store,
  set: QuerySet,
  patronIds: Iterable<string>,
): Promise<Map<string, number>> {
  const wanted = new Set(patronIds);
  const found = new Map<string, number>();
  for await (const { patronId, line } of readIndex(store, set)) {
    if (wanted.has(patronId)) found.set(patronId, line);
    if (found.size === wanted.size) break;
  }
  return found;
}

/** Erasing alone changes objects of a READY set, and says so in the set: so a warm function keeps those it read last. */
const kept = new Cache<Promise<string[]>>(10);

async function indexObject(store: Store, set: QuerySet, object: number): Promise<string[]> {
  const key = indexKey(set, set.querySetId, object);
  return await keptOrLoaded(kept, `${key} ${set.rewritten ?? ""}`, async () => {
    const lines = await store.objects.getLines(key);
    if (lines === undefined) throw new Error(`Index object ${key} is not whole`);
    return lines;
  });
}

/** The trailer has vouched for the text, and {@link indexLineText} alone writes it; a schema here would cost more than the filter. */
function decodeLine(text: string): z.output<typeof lineSchema> {
  return JSON.parse(text) as z.output<typeof lineSchema>;
}

export function indexKey(of: OfLibrary, querySetId: string, object: number): string {
  return `${querySetFolder(of, querySetId)}/index/${String(object).padStart(3, "0")}.jsonl`;
}
