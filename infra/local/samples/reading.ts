import type { PatronLine } from "#domain/import/patron-line";
import type { Random } from "./random.ts";
import type { Shelves } from "./shelves.ts";
import { contentWarnings, subjects } from "./subjects.ts";

type Lists = Pick<PatronLine, "preferences" | "reserves" | "requests" | "hasHad">;
type Preference = NonNullable<PatronLine["preferences"]>[number];

/** What a patron has had, waits for, likes and never wants; titles are of the patron's media, rarely of none known. */
export function sampleReading(random: Random, shelves: Shelves, media: readonly string[]): Lists {
  const titles = media.flatMap((medium) => shelves.byMedium.get(medium) ?? []);
  const series = seriesRead(random, shelves, media);
  const unknown = random.chance(0.03) ? [`DB9${random.whole(10000, 99999)}`] : [];
  return {
    preferences: [...likes(random, shelves), ...series.likes, ...exclusions(random, shelves)],
    reserves: random.several(titles, random.chance(0.25) ? random.whole(1, 4) : 0),
    requests: [...random.several(titles, random.chance(0.45) ? random.whole(1, 12) : 0), ...unknown],
    hasHad: [...new Set([...series.had, ...random.several(titles, random.chance(0.9) ? random.whole(1, 40) : 0)])],
  };
}

function seriesRead(
  random: Random,
  shelves: Shelves,
  media: readonly string[],
): { likes: Preference[]; had: string[] } {
  const own = random.chance(0.3) ? shelves.series.filter((it) => media.includes(it.medium)) : [];
  const chosen = random.several(own, random.whole(1, 2));
  return {
    likes: chosen.map(({ name }) => ({ type: "SERIES", code: name, exclusion: false })),
    had: chosen.flatMap(({ titleIds }) => titleIds.slice(0, random.whole(0, titleIds.length - 1))),
  };
}

function likes(random: Random, shelves: Shelves): Preference[] {
  const liked = new Set(Array.from({ length: random.whole(0, 5) }, () => random.weighted(subjects)));
  const authors = random.several(shelves.authors, random.chance(0.35) ? random.whole(1, 3) : 0);
  return [
    ...[...liked].map((code): Preference => ({ type: "SUBJECT", code, exclusion: false })),
    ...authors.map((code): Preference => ({ type: "AUTHOR", code, exclusion: false })),
  ];
}

function exclusions(random: Random, shelves: Shelves): Preference[] {
  const warnings = random.chance(0.4) ? [random.weighted(contentWarnings), random.weighted(contentWarnings)] : [];
  const authors = random.several(shelves.authors, random.chance(0.04) ? 1 : 0);
  const series = random.several(shelves.series, random.chance(0.02) ? 1 : 0);
  return [
    ...[...new Set(warnings)].map((code): Preference => ({ type: "SUBJECT", code, exclusion: true })),
    ...authors.map((code): Preference => ({ type: "AUTHOR", code, exclusion: true })),
    ...series.map(({ name }): Preference => ({ type: "SERIES", code: name, exclusion: true })),
  ];
}
