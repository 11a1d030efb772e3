import { byCodePoint, folded } from "#domain/text";
import { Groups, Keys } from "./catalogue-columns.ts";
import type { CatalogueIndex } from "./catalogue-index.ts";

/**
 * The titles of one medium, ready for filling service queues.
 *
 * Titles are known by their **place**, a number that is also their rank: newest addedOn first, titles without a day
 * last, then titleId. Authors, series, codes and languages are known by a **key** that is the same for spellings that
 * differ only in case. A text that no title has, has no key.
 */
export interface Catalogue {
  readonly medium: string;
  /** How many titles there are: places run from 0 to size - 1. */
  readonly size: number;
  placeOf(titleId: string): number | undefined;
  titleIdAt(place: number): string;
  titleAt(place: number): string;
  authorAt(place: number): string;
  isActive(place: number): boolean;
  authorKey(name: string): number | undefined;
  authorKeyAt(place: number): number;
  seriesKey(name: string): number | undefined;
  seriesKeyAt(place: number): number | undefined;
  /** The number within the series; NaN for a title that has none. */
  numberAt(place: number): number;
  /** A code found among a title's subjects or content warnings. */
  codeKey(code: string): number | undefined;
  codeKeysAt(place: number): Uint32Array;
  /** The title's language, folded; undefined where it has none. */
  languageAt(place: number): string | undefined;
  /** Places of an author's titles, newest first. */
  byAuthor(authorKey: number): Uint32Array;
  /** Places of the titles with a code, newest first. */
  byCode(codeKey: number): Uint32Array;
  /** Places of a series' numbered titles, by number, then titleId. */
  bySeries(seriesKey: number): Uint32Array;
  /** The series' numbered titles of other media: nothing to send, but the patron may have had them. */
  volumesElsewhere(seriesKey: number): readonly { readonly titleId: string; readonly number: number }[];
}

/**
 * Makes a stored index usable. Costs some 100 ms and 40 MB for 100,000 titles, so keep the result while the index stands.
 *
 * @throws RangeError if the index' columns do not fit together
 */
export function openCatalogue(index: CatalogueIndex): Catalogue {
  assertColumns(index);
  const size = index.titleIds.length;
  const places = new Map<string, number>();
  for (let place = 0; place < size; place++) places.set(index.titleIds[place] ?? "", place);

  const authors = new Keys(index.authors);
  const series = new Keys(index.seriesNames);
  const codes = new Keys(index.codes);
  const authorKeys = Uint32Array.from(index.authorOf, (spelling) => authors.ofSpelling(spelling));
  const seriesKeys = Int32Array.from(index.seriesOf, (spelling) => (spelling < 0 ? -1 : series.ofSpelling(spelling)));
  const numbers = Float64Array.from(index.numberInSeries, (number) => number ?? Number.NaN);
  const codesOfTitles = codesOf(index, codes);
  const inactive = new Uint8Array(size);
  for (const place of index.withdrawn) inactive[place] = 1;
  const languages = index.languages.map(folded);

  const byAuthor = Groups.collect(authors.size, size, (place, put) => put(authorKeys[place] ?? 0));
  const byCode = Groups.collect(codes.size, size, (place, put) => codesOfTitles.eachOf(place, put));
  const bySeries = Groups.collect(series.size, size, (place, put) => {
    const key = seriesKeys[place] ?? -1;
    if (key >= 0 && !Number.isNaN(numbers[place])) put(key);
  });
  bySeries.sortEach((a, b) => {
    const difference = (numbers[a] ?? 0) - (numbers[b] ?? 0);
    return difference !== 0 ? difference : byCodePoint(index.titleIds[a] ?? "", index.titleIds[b] ?? "");
  });
  const elsewhere = new Map<number, { titleId: string; number: number }[]>();
  for (const [at, titleId] of index.elsewhere.titleIds.entries()) {
    const key = series.ofSpelling(index.elsewhere.seriesOf[at] ?? 0);
    const volumes = elsewhere.get(key) ?? [];
    volumes.push({ titleId, number: index.elsewhere.numbers[at] ?? 0 });
    elsewhere.set(key, volumes);
  }

  const { titleIds, titles, authors: authorNames, medium } = index;
  const authorOf = Uint32Array.from(index.authorOf);
  const languageOf = Int32Array.from(index.languageOf);
  return {
    medium,
    size,
    placeOf: (titleId) => places.get(titleId),
    titleIdAt: (place) => titleIds[place] ?? "",
    titleAt: (place) => titles[place] ?? "",
    authorAt: (place) => authorNames[authorOf[place] ?? 0] ?? "",
    isActive: (place) => inactive[place] === 0,
    authorKey: (name) => authors.ofText(name),
    authorKeyAt: (place) => authorKeys[place] ?? 0,
    seriesKey: (name) => series.ofText(name),
    seriesKeyAt: (place) => (seriesKeys[place] === -1 ? undefined : seriesKeys[place]),
    numberAt: (place) => numbers[place] ?? Number.NaN,
    codeKey: (code) => codes.ofText(code),
    codeKeysAt: (place) => codesOfTitles.of(place),
    languageAt: (place) => languages[languageOf[place] ?? -1],
    byAuthor: (key) => byAuthor.of(key),
    byCode: (key) => byCode.of(key),
    bySeries: (key) => bySeries.of(key),
    volumesElsewhere: (key) => elsewhere.get(key) ?? [],
  };
}

/** Subjects and content warnings of each title together, each key once. */
function codesOf(index: CatalogueIndex, codes: Keys): Groups {
  const flat: number[] = [];
  const ends = new Uint32Array(index.titleIds.length + 1);
  for (let place = 0; place < index.titleIds.length; place++) {
    const start = flat.length;
    for (const list of [index.subjectsOf[place], index.warningsOf[place]]) {
      for (const spelling of list ?? []) {
        const key = codes.ofSpelling(spelling);
        if (!flat.includes(key, start)) flat.push(key);
      }
    }
    ends[place + 1] = flat.length;
  }
  return new Groups(ends, Uint32Array.from(flat));
}

function assertColumns(index: CatalogueIndex): void {
  const size = index.titleIds.length;
  const { titles, authorOf, seriesOf, numberInSeries, subjectsOf, warningsOf, languageOf, addedOn } = index;
  const columns = [titles, authorOf, seriesOf, numberInSeries, subjectsOf, warningsOf, languageOf, addedOn];
  if (columns.some((column) => column.length !== size)) {
    throw new RangeError(`the catalogue index of ${index.medium} has columns of different lengths`);
  }
}
