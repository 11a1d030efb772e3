import { z } from "zod";
import { type PatronSummary, patrons, type ShownMedium } from "#contract/patrons";
import { batchUpdateIdSchema, patronIdSchema } from "#domain/ids";
import type { MediumRecord } from "#domain/profile/medium-record";
import type { Patron } from "#domain/profile/patron";
import { idSchema } from "#domain/text";
import { allEnded } from "#platform/side-by-side";
import type { MarkedChange } from "#records/profiles/marked-history";
import type { MediumChange } from "#records/profiles/medium-changes";
import { loadMediaOf } from "#records/profiles/medium-records";
import { type HistoryPlace, readHistory } from "#records/profiles/patron-history";
import { listPatrons, searchPatrons } from "#records/profiles/patron-search";
import { loadPatron, loadReading } from "#records/profiles/patrons";
import type { Store } from "#records/store/store";
import { decodeCursor, page } from "../page.ts";
import { invalid, notFound } from "../problem.ts";
import { implement, ok, type Route } from "../route.ts";

const lineSchema = z.union([z.literal("before").transform(() => undefined), z.coerce.number().int().min(0)]);
const placeSchema = z.tuple([idSchema, idSchema.pipe(batchUpdateIdSchema), lineSchema]);
const changePlaceSchema = z
  .string()
  .regex(/^changes(?::\S*)?$/)
  .transform((text) => (text === "changes" ? undefined : text.slice("changes:".length) || null));
/** A history goes on in each medium, and among edits and imports, from a place of its own, so its cursor holds several. */
const longestPlaces = 2000;

/** The patron of the path, or 404: also for another library's. */
export async function patronOf(store: Store, params: Readonly<Record<"patronId", string>>): Promise<Patron> {
  const id = patronIdSchema.safeParse(params.patronId);
  const patron = id.success ? await loadPatron(store, id.data) : undefined;
  if (patron === undefined) throw notFound();
  return patron;
}

function summaryOf({ preferences, reserveCounts, requestCounts, ...shown }: Patron): PatronSummary {
  return shown;
}

/** A medium record as clients see it: without the marks of batch updates. */
export function shownMedium({ medium, mark, removed, ...fields }: MediumRecord): ShownMedium {
  return fields;
}

function shownHistory(entry: MarkedChange | MediumChange) {
  if (!("batch" in entry)) {
    const { kind, id, medium, outcome, changes, by, at } = entry;
    const importId = kind === "IMPORT" ? id : undefined;
    return { importId, kind, medium, outcome, changes: [...changes], processedBy: by, processedAt: at };
  }
  const { batch, outcome, changes } = entry;
  const { batchUpdateId, name, kind, medium, processedBy, processedAt } = batch;
  return { batchUpdateId, name, kind, medium, outcome, changes: [...changes], processedBy, processedAt };
}

/** Ids are the cursors of the whole list, places in the index those of a search; anything else is none of ours. */
function checkedCursor(cursor: string | undefined, isOurs: (place: string) => boolean): string | undefined {
  const place = decodeCursor(cursor);
  if (place === undefined || isOurs(place)) return place;
  throw invalid({ path: "cursor", message: "is not a cursor of this list; begin without one" });
}

/** A place among patrons with an id, or the number of a walk through the index and where that goes on. */
function isNamePlace(place: string): boolean {
  const [, from = ""] = /^[0-2]([\s\S]*)$/.exec(place) ?? [];
  const parts = from.split("\0");
  return /^(?:[0-2]|i\d{1,3})$/.test(place) || (parts.length === 3 && idSchema.safeParse(parts[2]).success);
}

function historyPlace(cursor: string): HistoryPlace {
  const [changes, ...texts] = decodeCursor(cursor, longestPlaces)?.split(" ") ?? [];
  const places = z.array(placeSchema).safeParse(texts.map((text) => text.split(":")));
  const lastChange = changePlaceSchema.safeParse(changes);
  if (!places.success || !lastChange.success) {
    throw invalid({ path: "cursor", message: "is not a cursor of this list; begin without one" });
  }
  return { places: places.data.map(([medium, by, at]) => ({ medium, by, at })), lastChange: lastChange.data };
}

function historyText(next: HistoryPlace | undefined): string | undefined {
  if (next === undefined) return undefined;
  const changes = next.lastChange === undefined ? "changes" : `changes:${next.lastChange ?? ""}`;
  return [changes, ...next.places.map(({ medium, by, at }) => `${medium}:${by}:${at ?? "before"}`)].join(" ");
}

export const patronRoutes: readonly Route[] = [
  implement(patrons.list, async ({ query: { q = "", limit, cursor } }, { store }) => {
    const found =
      q === ""
        ? await listPatrons(
            store,
            limit,
            checkedCursor(cursor, (it) => idSchema.safeParse(it).success),
          )
        : await searchPatrons(store, q, limit, checkedCursor(cursor, isNamePlace));
    return ok(page(found.items.map(summaryOf), found.next));
  }),
  implement(patrons.get, async ({ params }, { store }) => {
    const { reserveCounts, requestCounts, ...patron } = await patronOf(store, params);
    const [media, reading] = await allEnded([loadMediaOf(store, patron.patronId), loadReading(store, patron.patronId)]);
    const byMedium = Object.fromEntries(media.map((record) => [record.medium, shownMedium(record)]));
    const { reserves, requests } = reading;
    return ok({ ...patron, media: byMedium, reserves, requests });
  }),
  implement(patrons.history, async ({ params, query: { limit, cursor } }, { store }) => {
    const { patronId } = await patronOf(store, params);
    const from = cursor === undefined ? undefined : historyPlace(cursor);
    const { entries, next } = await readHistory(store, patronId, from, limit);
    return ok(page(entries.map(shownHistory), historyText(next)));
  }),
];
