import type { PatronLine } from "#domain/import/patron-line";
import type { TitleLine } from "#domain/import/title-line";
import type { Library } from "#domain/library";
import { sampleMedia } from "./media-records.ts";
import { patronName } from "./names.ts";
import { seededRandom } from "./random.ts";
import { sampleReading } from "./reading.ts";
import { shelvesOf } from "./shelves.ts";
import { generateTitles } from "./titles.ts";

const towns: Record<string, readonly [readonly [string, string], ...(readonly [string, string])[]]> = {
  NC: [
    ["Raleigh", "Wake"],
    ["Durham", "Durham"],
    ["Asheville", "Buncombe"],
    ["Wilmington", "New Hanover"],
    ["Greensboro", "Guilford"],
    ["Boone", "Watauga"],
    ["Kitty Hawk", "Dare"],
    ["Fuquay-Varina", "Wake"],
    ["Winston-Salem", "Forsyth"],
    ["Cherokee", "Swain"],
  ],
  WI: [
    ["Milwaukee", "Milwaukee"],
    ["Green Bay", "Brown"],
    ["Eau Claire", "Eau Claire"],
    ["Fond du Lac", "Fond du Lac"],
    ["La Crosse", "La Crosse"],
    ["Sheboygan", "Sheboygan"],
    ["Prairie du Chien", "Crawford"],
  ],
};

export interface PatronSamples {
  readonly library: Library;
  readonly count: number;
  readonly seed: string;
  /** The catalogue that reserves, requests and reading history come from; 5,000 titles of the same seed if left out. */
  readonly titles?: Iterable<TitleLine>;
}

/**
 * Patrons that are the same for the same arguments, one at a time, in the lines of an import: people of many origins,
 * schools and homes without a first name, closed patrons, patrons without a medium, and every serve code.
 */
export function* generatePatrons({ library, count, seed, titles }: PatronSamples): Generator<PatronLine> {
  const random = seededRandom(`patrons ${library.library} ${seed}`);
  const shelves = shelvesOf(titles ?? generateTitles({ count: 5000, seed }));
  const branches = library.branches.map((it) => it.code);
  const state = branches[0]?.slice(0, 2) ?? "NC";
  const letter = library.library.charAt(0).toUpperCase();
  for (let n = 1; n <= count; n++) {
    const name = patronName(random);
    const [city, county] = random.pick(towns[state] ?? [["Springfield", "Sangamon"]]);
    const branch = random.several(branches, random.chance(0.96) ? 1 : 0)[0];
    const mainStatus = random.weighted([
      ["ACTIVE", 85],
      ["SUSPENDED", 6],
      ["WITHDRAWN", 6],
      ["DECEASED", 3],
    ]);
    const registeredOn = dayIn(random.whole(2004, 2026), random.whole(1, 6), random.whole(1, 28));
    const language = random.weighted([
      ["English", 88],
      ["Spanish", 7],
      [undefined, 5],
    ]);
    const media = sampleMedia(random);
    yield {
      patronId: `${letter}${String(n).padStart(6, "0")}`,
      ...name,
      mainStatus,
      ...(branch !== undefined && { branch }),
      ...(random.chance(0.98) && { city, county, state }),
      registeredOn,
      ...(language !== undefined && { language }),
      media,
      ...sampleReading(
        random,
        shelves,
        media.map((it) => it.medium),
      ),
    };
  }
}

function dayIn(year: number, month: number, day: number): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
