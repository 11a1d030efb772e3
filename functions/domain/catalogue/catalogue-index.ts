import { z } from "zod";
import { byCodePoint, folded, idSchema } from "#domain/text";
import type { Title } from "./title.ts";

const place = z.number().int().min(0);
const placeOrNone = z.number().int().min(-1);
const text = z.string();

/**
 * The catalogue of one medium as it is stored: columns instead of records, repeated texts once in a list of their own.
 * So 100,000 titles are some ten megabytes that `JSON.parse` reads in a moment, and a fill needs no other look-up.
 *
 * A title's place in the columns is its rank: newest first, titles without a day last, then by titleId. Whoever walks
 * places upwards walks titles in the order in which the batch manager takes them.
 */
export const catalogueIndexSchema = z.object({
  format: z.literal(1),
  medium: idSchema,
  titleIds: z.array(text),
  titles: z.array(text),
  authors: z.array(text),
  authorOf: z.array(place),
  seriesNames: z.array(text),
  seriesOf: z.array(placeOrNone),
  numberInSeries: z.array(z.number().nullable()),
  codes: z.array(text),
  subjectsOf: z.array(z.array(place)),
  warningsOf: z.array(z.array(place)),
  languages: z.array(text),
  languageOf: z.array(placeOrNone),
  days: z.array(text),
  addedOn: z.array(placeOrNone),
  /** Places of the titles that are not ACTIVE: no longer sent, but a patron may have had them. */
  withdrawn: z.array(place),
  /** Titles of other media in the series of this one: whoever had a volume in braille goes on after it in audio. */
  elsewhere: z.object({ titleIds: z.array(text), seriesOf: z.array(place), numbers: z.array(z.number()) }),
});
export type CatalogueIndex = z.infer<typeof catalogueIndexSchema>;

/**
 * Builds the indexes of a whole catalogue, one for each medium that has a title.
 *
 * @param titles every title of the library, each titleId once, in any order; the same titles give the same indexes
 */
export function buildCatalogueIndexes(titles: Iterable<Title>): Map<string, CatalogueIndex> {
  const byMedium = new Map<string, Title[]>();
  for (const title of titles) {
    const ofMedium = byMedium.get(title.medium);
    if (ofMedium === undefined) byMedium.set(title.medium, [title]);
    else ofMedium.push(title);
  }
  for (const ofMedium of byMedium.values()) ofMedium.sort(newestFirst);
  const numbered = numberedBySeries(byMedium);
  const indexes = new Map<string, CatalogueIndex>();
  for (const medium of [...byMedium.keys()].sort(byCodePoint)) {
    indexes.set(medium, indexOf(medium, byMedium.get(medium) ?? [], numbered));
  }
  return indexes;
}

/** The titles of an index, newest first, exactly as they went in. */
export function* titlesOf(index: CatalogueIndex): Generator<Title> {
  const withdrawn = new Set(index.withdrawn);
  const textAt = (list: readonly string[], at: number | undefined) => (at === undefined ? undefined : list[at]);
  for (const [at, titleId] of index.titleIds.entries()) {
    const series = textAt(index.seriesNames, index.seriesOf[at]);
    const number = index.numberInSeries[at];
    const language = textAt(index.languages, index.languageOf[at]);
    const addedOn = textAt(index.days, index.addedOn[at]);
    yield {
      titleId,
      medium: index.medium,
      title: index.titles[at] ?? "",
      author: textAt(index.authors, index.authorOf[at]) ?? "",
      ...(series === undefined ? {} : { series: { name: series, ...(typeof number === "number" ? { number } : {}) } }),
      subjects: (index.subjectsOf[at] ?? []).map((code) => index.codes[code] ?? ""),
      contentWarnings: (index.warningsOf[at] ?? []).map((code) => index.codes[code] ?? ""),
      ...(language === undefined ? {} : { language }),
      status: withdrawn.has(at) ? "WITHDRAWN" : "ACTIVE",
      ...(addedOn === undefined ? {} : { addedOn }),
    };
  }
}

/** Newest addedOn first, titles without one last, then by titleId. */
function newestFirst(a: Pick<Title, "titleId" | "addedOn">, b: Pick<Title, "titleId" | "addedOn">): number {
  const dayA = a.addedOn ?? "";
  const dayB = b.addedOn ?? "";
  if (dayA !== dayB) return dayA > dayB ? -1 : 1;
  return byCodePoint(a.titleId, b.titleId);
}

interface Numbered {
  readonly titleId: string;
  readonly medium: string;
  readonly number: number;
}

function numberedBySeries(byMedium: ReadonlyMap<string, readonly Title[]>): Map<string, Numbered[]> {
  const bySeries = new Map<string, Numbered[]>();
  for (const titles of byMedium.values()) {
    for (const { titleId, medium, series } of titles) {
      if (series?.number === undefined) continue;
      const name = folded(series.name);
      const volumes = bySeries.get(name) ?? [];
      volumes.push({ titleId, medium, number: series.number });
      bySeries.set(name, volumes);
    }
  }
  return bySeries;
}

function indexOf(
  medium: string,
  titles: readonly Title[],
  numbered: ReadonlyMap<string, readonly Numbered[]>,
): CatalogueIndex {
  const authors = new TextList();
  const series = new TextList();
  const codes = new TextList();
  const languages = new TextList();
  const days = new TextList();
  const columns = {
    titleIds: titles.map((it) => it.titleId),
    titles: titles.map((it) => it.title),
    authorOf: titles.map((it) => authors.place(it.author)),
    seriesOf: titles.map((it) => (it.series === undefined ? -1 : series.place(it.series.name))),
    numberInSeries: titles.map((it) => it.series?.number ?? null),
    subjectsOf: titles.map((it) => it.subjects.map((code) => codes.place(code))),
    warningsOf: titles.map((it) => it.contentWarnings.map((code) => codes.place(code))),
    languageOf: titles.map((it) => (it.language === undefined ? -1 : languages.place(it.language))),
    addedOn: titles.map((it) => (it.addedOn === undefined ? -1 : days.place(it.addedOn))),
    withdrawn: [...titles.keys()].filter((at) => titles[at]?.status !== "ACTIVE"),
  };
  const lists = {
    authors: authors.texts,
    seriesNames: series.texts,
    codes: codes.texts,
    languages: languages.texts,
    days: days.texts,
  };
  return { format: 1, medium, ...columns, ...lists, elsewhere: elsewhereOf(medium, series.texts, numbered) };
}

function elsewhereOf(
  medium: string,
  seriesNames: readonly string[],
  numbered: ReadonlyMap<string, readonly Numbered[]>,
): CatalogueIndex["elsewhere"] {
  const elsewhere: CatalogueIndex["elsewhere"] = { titleIds: [], seriesOf: [], numbers: [] };
  const seen = new Set<string>();
  for (const [at, spelling] of seriesNames.entries()) {
    const name = folded(spelling);
    if (seen.has(name)) continue;
    seen.add(name);
    const volumes = (numbered.get(name) ?? []).filter((it) => it.medium !== medium);
    for (const volume of volumes.sort((a, b) => byCodePoint(a.titleId, b.titleId))) {
      elsewhere.titleIds.push(volume.titleId);
      elsewhere.seriesOf.push(at);
      elsewhere.numbers.push(volume.number);
    }
  }
  return elsewhere;
}

/** Texts in the order in which they were first met, each once. */
class TextList {
  readonly texts: string[] = [];
  readonly #places = new Map<string, number>();

  place(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const next = this.texts.push(text) - 1;
    this.#places.set(text, next);
    return next;
  }
}
