import type { TitleLine } from "#domain/import/title-line";
import { authorName } from "./names.ts";
import { type Random, seededRandom } from "./random.ts";
import { contentWarnings, subjects } from "./subjects.ts";

/** Names of the series that a sample author may write, before the name's second word. */
const seriesHeads: readonly [string, ...string[]] = [
  "Harbor",
  "Blue Ridge",
  "Sparrow",
  "Lantern",
  "Copper Canyon",
  "Willow",
  "Iron Gate",
  "Moonlit",
  "Prairie",
  "Tidewater",
];
const seriesTails: readonly [string, ...string[]] = ["Mysteries", "Chronicles", "Saga", "Stories", "Trilogy", "Files"];

const adjectives: readonly [string, ...string[]] = [
  "Silent",
  "Last",
  "Hidden",
  "Golden",
  "Broken",
  "Distant",
  "Crimson",
  "Forgotten",
  "Winter",
  "Quiet",
  "Long",
  "Lost",
  "Wild",
  "Bitter",
  "Gentle",
  "Burning",
  "Secret",
  "Empty",
  "Second",
  "Perfect",
];
const nouns: readonly [string, ...string[]] = [
  "River",
  "Garden",
  "Promise",
  "Road",
  "House",
  "Letter",
  "Summer",
  "Stranger",
  "Horizon",
  "Daughter",
  "Kitchen",
  "Storm",
  "Witness",
  "Orchard",
  "Lighthouse",
  "Harvest",
  "Melody",
  "Frontier",
  "Inheritance",
  "Season",
  "Crossing",
  "Café",
];
const places: readonly [string, ...string[]] = [
  "Charleston",
  "the Valley",
  "Santa Fé",
  "Tulsa",
  "the Hollow",
  "Kraków",
  "the Coast",
  "Memphis",
  "the North",
  "Dublin",
];

/** Media a work comes out in, each as a title of its own, with how common each set is. */
const editions: readonly (readonly [readonly string[], number])[] = [
  [["DB"], 46],
  [["DB", "BR"], 22],
  [["DB", "LP"], 11],
  [["DB", "BR", "LP"], 6],
  [["BR"], 5],
  [["LP"], 3],
  [["DV"], 5],
  [["LDS"], 2],
];

const languages: readonly (readonly [string | undefined, number])[] = [
  ["English", 88],
  ["Spanish", 6],
  ["French", 1],
  [undefined, 5],
];

/** A series in the making: the author goes on with it from number to number. */
interface Series {
  readonly name: string;
  next: number;
}

interface Author {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly series: Series[];
}

/**
 * A catalogue that is the same for the same count and seed, in the lines of an import. Works come out in one to three
 * media, each edition with an id of its own (`DB000017`, `BR000018`); authors write series; some titles are withdrawn.
 */
export function* generateTitles({ count, seed }: { count: number; seed: string }): Generator<TitleLine> {
  const random = seededRandom(`titles ${seed}`);
  const authors: Author[] = [];
  const most = Math.max(8, Math.round(count / 12));
  let made = 0;
  while (made < count) {
    const author = authorOf(random, authors, most);
    const work = workOf(random, author);
    for (const medium of random.weighted(editions)) {
      if (made >= count) return;
      made += 1;
      yield { titleId: `${medium}${String(made).padStart(6, "0")}`, medium, ...work, ...editionOf(random) };
    }
  }
}

function authorOf(random: Random, authors: Author[], most: number): Author {
  const known = authors[random.whole(0, Math.max(0, authors.length - 1))];
  if (known !== undefined && (authors.length >= most || random.chance(0.85))) return known;
  const author: Author = {
    name: authorName(random),
    subjects: Array.from({ length: random.whole(1, 3) }, () => random.weighted(subjects)),
    series: Array.from(
      {
        length: random.weighted([
          [0, 5],
          [1, 3],
          [2, 1],
        ]),
      },
      () => ({
        name: `${random.pick(seriesHeads)} ${random.pick(seriesTails)} ${authors.length + 1}`,
        next: 1,
      }),
    ),
  };
  authors.push(author);
  return author;
}

type Work = Omit<TitleLine, "titleId" | "medium" | "status" | "addedOn">;

function workOf(random: Random, author: Author): Work {
  const series = random.chance(0.6) ? author.series[random.whole(0, author.series.length - 1)] : undefined;
  const language = random.weighted(languages);
  const ownSubjects = new Set([...author.subjects.slice(0, random.whole(1, 3)), random.weighted(subjects)]);
  const warned = random.chance(0.3)
    ? Array.from({ length: random.whole(1, 2) }, () => random.weighted(contentWarnings))
    : [];
  return {
    title: titleOf(random),
    author: author.name,
    ...(series !== undefined && { series: seriesOf(random, series) }),
    subjects: [...ownSubjects],
    contentWarnings: [...new Set(warned)],
    ...(language !== undefined && { language }),
  };
}

/** Mostly the next number; now and then a companion volume without one, or a novella between two numbers. */
function seriesOf(random: Random, series: Series): { name: string; number?: number } {
  const drawn = random.next();
  if (drawn < 0.05) return { name: series.name };
  if (drawn < 0.08 && series.next > 1) return { name: series.name, number: series.next - 0.5 };
  const number = series.next;
  series.next += 1;
  return { name: series.name, number };
}

function titleOf(random: Random): string {
  const noun = random.pick(nouns);
  return random.weighted<() => string>([
    [() => `The ${random.pick(adjectives)} ${noun}`, 4],
    [() => `${random.pick(adjectives)} ${noun}`, 2],
    [() => `The ${noun} of ${random.pick(places)}`, 3],
    [() => `A ${noun} in ${random.pick(places)}`, 2],
    [() => `${random.pick(adjectives)} ${noun}, ${random.pick(adjectives)} ${random.pick(nouns)}`, 1],
  ])();
}

function editionOf(random: Random): Pick<TitleLine, "status" | "addedOn"> {
  const status = random.chance(0.04) ? "WITHDRAWN" : "ACTIVE";
  if (random.chance(0.03)) return { status };
  const month = String(random.whole(1, 12)).padStart(2, "0");
  const day = String(random.whole(1, 28)).padStart(2, "0");
  return { status, addedOn: `${random.whole(2006, 2025)}-${month}-${day}` };
}
