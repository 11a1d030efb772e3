import type { TitleLine } from "#domain/import/title-line";

/** The catalogue as patrons are made from it: what there is to reserve, to have had and to like. */
export interface Shelves {
  readonly byMedium: ReadonlyMap<string, readonly string[]>;
  /** Titles of a series of one medium, in order of their numbers. */
  readonly series: readonly { readonly name: string; readonly medium: string; readonly titleIds: readonly string[] }[];
  readonly authors: readonly string[];
}

export function shelvesOf(titles: Iterable<TitleLine>): Shelves {
  const byMedium = new Map<string, string[]>();
  const series = new Map<string, { name: string; medium: string; volumes: { titleId: string; number: number }[] }>();
  const authors = new Set<string>();
  for (const { titleId, medium, author, series: part } of titles) {
    const shelf = byMedium.get(medium);
    if (shelf === undefined) byMedium.set(medium, [titleId]);
    else shelf.push(titleId);
    authors.add(author);
    if (part?.number === undefined) continue;
    const key = `${medium} ${part.name}`;
    const known = series.get(key) ?? { name: part.name, medium, volumes: [] };
    known.volumes.push({ titleId, number: part.number });
    series.set(key, known);
  }
  return {
    byMedium,
    authors: [...authors],
    series: [...series.values()]
      .filter(({ volumes }) => volumes.length > 2)
      .map(({ name, medium, volumes }) => ({
        name,
        medium,
        titleIds: volumes.sort((a, b) => a.number - b.number).map((it) => it.titleId),
      })),
  };
}
