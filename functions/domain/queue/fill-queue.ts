import type { Catalogue } from "#domain/catalogue/catalogue";
import { mergedUpwards } from "#domain/catalogue/merge-places";
import type { BatchUpdateId } from "#domain/ids";
import type { LibrarySettings, QueueFunctionName } from "#domain/library";
import type { MediumRecord } from "#domain/profile/medium-record";
import type { Patron, Preference, Reading } from "#domain/profile/patron";
import { folded } from "#domain/text";
import type { QueueEntry } from "./service-queue.ts";

/** Everything a service queue depends on. */
export interface FillInput {
  readonly patron: Pick<Patron, "language" | "preferences">;
  readonly reading: Reading;
  readonly record: Pick<MediumRecord, "maxServiceQueueSize" | "serveCode">;
  readonly catalogue: Catalogue;
  readonly library: Pick<LibrarySettings, "queueFunctions" | "defaultServiceQueueSize" | "serveCodes">;
  /** The queue as it is, in its order. */
  readonly queue: readonly QueueEntry[];
  /** The batch update that asked for the fill: the entries it adds are marked with it. */
  readonly batchUpdateId?: BatchUpdateId;
}

/** FULL: the queue holds all it may. LIMIT: the library lets this function add no more. NOTHING_LEFT: no title fits. */
export type WhyStopped = "FULL" | "LIMIT" | "NOTHING_LEFT";

export interface FillResult {
  /** The complete queue: what was there, then what was added. */
  readonly entries: readonly QueueEntry[];
  readonly added: number;
  /** One for each of the library's functions, in its order. */
  readonly stopped: readonly { readonly function: QueueFunctionName; readonly why: WhyStopped }[];
}

/** A title that a function proposes, and what in the profile made it do so. */
interface Candidate {
  readonly place: number;
  readonly source: string;
}

/**
 * Fills a service queue by the rules of the batch manager: the library's functions in its order, each up to its limit,
 * until the queue holds `maxServiceQueueSize` entries that are not SENT. The same input gives the same queue.
 */
export function fillQueue(input: FillInput): FillResult {
  const { catalogue, library, queue, record, batchUpdateId } = input;
  const fill = startFill(input);
  const size = record.maxServiceQueueSize ?? library.defaultServiceQueueSize;
  const entries = [...queue];
  let room = size - queue.filter((entry) => entry.status !== "SENT").length;
  const stopped: { function: QueueFunctionName; why: WhyStopped }[] = [];
  for (const { function: name, limit = Number.POSITIVE_INFINITY } of library.queueFunctions) {
    let allowance = limit;
    let why: WhyStopped = "NOTHING_LEFT";
    for (const { place, source } of room > 0 && allowance > 0 ? candidatesOf[name](fill) : []) {
      const titleId = catalogue.titleIdAt(place);
      if (fill.taken.has(titleId) || !fill.maySend(place, name)) continue;
      fill.taken.add(titleId);
      entries.push({
        titleId,
        title: catalogue.titleAt(place),
        author: catalogue.authorAt(place),
        selectType: name,
        source,
        status: "WAITING",
        ...(batchUpdateId === undefined ? {} : { batchUpdateId }),
      });
      room--;
      allowance--;
      if (room <= 0 || allowance <= 0) break;
    }
    if (room <= 0) why = "FULL";
    else if (allowance <= 0) why = "LIMIT";
    stopped.push({ function: name, why });
  }
  return { entries, added: entries.length - queue.length, stopped };
}

interface Fill extends FillInput {
  /** Titles the patron has had: read, or SENT from this queue. */
  readonly had: ReadonlySet<string>;
  /** Titles that may not be added (again): had, or in the queue. */
  readonly taken: Set<string>;
  readonly liked: (type: Preference["type"]) => readonly Preference[];
  readonly maySend: (place: number, by: QueueFunctionName) => boolean;
}

function startFill(input: FillInput): Fill {
  const { patron, reading, queue } = input;
  const had = new Set(reading.hasHad);
  for (const entry of queue) if (entry.status === "SENT") had.add(entry.titleId);
  const taken = new Set(had);
  for (const entry of queue) taken.add(entry.titleId);
  const liked = (type: Preference["type"]) => patron.preferences.filter((it) => it.type === type && !it.exclusion);
  return { ...input, had, taken, liked, maySend: sendingRule(input) };
}

/** What is never sent, however it was proposed; a reserve or request was asked for by name and ignores SUBJECT exclusions. */
function sendingRule({ patron, catalogue }: FillInput): Fill["maySend"] {
  const excluded = (type: Preference["type"], keyOf: (code: string) => number | undefined) =>
    new Set(patron.preferences.filter((it) => it.type === type && it.exclusion).map((it) => keyOf(it.code)));
  const authors = excluded("AUTHOR", catalogue.authorKey);
  const series = excluded("SERIES", catalogue.seriesKey);
  series.delete(undefined); // or titles outside any series would match an excluded series that no title is in
  const codes = excluded("SUBJECT", catalogue.codeKey);
  const language = patron.language === undefined ? "" : folded(patron.language);
  return (place, by) => {
    if (!catalogue.isActive(place)) return false;
    if (language !== "" && (catalogue.languageAt(place) || language) !== language) return false;
    if (authors.has(catalogue.authorKeyAt(place)) || series.has(catalogue.seriesKeyAt(place))) return false;
    if (by === "RESERVE" || by === "REQUEST") return true;
    return codes.size === 0 || !catalogue.codeKeysAt(place).some((key) => codes.has(key));
  };
}

const candidatesOf: Record<QueueFunctionName, (fill: Fill) => Iterable<Candidate>> = {
  RESERVE: ({ reading, catalogue }) => listed(reading.reserves, catalogue),
  REQUEST: ({ reading, catalogue }) => listed(reading.requests, catalogue),
  SERIES: nextVolumes,
  AUTHOR: ({ liked, catalogue }) => newest(liked("AUTHOR"), catalogue.authorKey, catalogue.byAuthor),
  SUBJECT: ({ liked, catalogue, record, library }) => {
    const method = library.serveCodes.find((row) => row.code === record.serveCode)?.method;
    return method === "LIST" ? [] : newest(liked("SUBJECT"), catalogue.codeKey, catalogue.byCode);
  },
};

function* listed(titleIds: readonly string[], catalogue: Catalogue): Generator<Candidate> {
  for (const titleId of titleIds) {
    const place = catalogue.placeOf(titleId);
    if (place !== undefined) yield { place, source: titleId };
  }
}

/** Each liked series in turn, from the number after the highest that the patron has had. */
function* nextVolumes({ liked, catalogue, had }: Fill): Generator<Candidate> {
  for (const { code } of liked("SERIES")) {
    const key = catalogue.seriesKey(code);
    if (key === undefined) continue;
    let highest = Number.NEGATIVE_INFINITY;
    const volumes = catalogue.bySeries(key);
    for (const place of volumes) if (had.has(catalogue.titleIdAt(place))) highest = catalogue.numberAt(place);
    for (const { titleId, number } of catalogue.volumesElsewhere(key)) {
      if (number > highest && had.has(titleId)) highest = number;
    }
    for (const place of volumes) if (catalogue.numberAt(place) > highest) yield { place, source: code };
  }
}

/** The titles of all these preferences together, newest first; one that several lead to, by the first of them. */
function* newest(
  preferences: readonly Preference[],
  keyOf: (code: string) => number | undefined,
  titlesOf: (key: number) => Uint32Array,
): Generator<Candidate> {
  const sources = new Map<number, string>();
  for (const { code } of preferences) {
    const key = keyOf(code);
    if (key !== undefined && !sources.has(key)) sources.set(key, code);
  }
  const codes = [...sources.values()];
  const lists = [...sources.keys()].map((key) => titlesOf(key));
  for (const { place, list } of mergedUpwards(lists)) yield { place, source: codes[list] ?? "" };
}
