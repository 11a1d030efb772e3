import { cellOfList } from "#domain/import/list-cell";
import type { PatronLine } from "#domain/import/patron-line";
import type { TitleLine } from "#domain/import/title-line";
import { storedFieldNames } from "#domain/profile/medium-fields";
import { preferenceTypes } from "#domain/profile/patron";
import { patronFieldNames } from "#domain/profile/patron-fields";
import type { Cell } from "../formula-guard.ts";

/** The columns of a CSV file that can be imported, with what stands in each of them for one record. */
export interface CsvColumns<Line> {
  readonly header: readonly string[];
  cells(line: Line): Cell[];
}

/** @param media codes of the media that have columns, in their order */
export function patronColumns(media: readonly string[]): CsvColumns<PatronLine> {
  const mediumColumns = media.flatMap((medium) => storedFieldNames.map((field) => `media.${medium}.${field}`));
  return {
    header: [
      ...patronFieldNames,
      ...mediumColumns,
      ...preferenceTypes.map((type) => `preferences.${type}`),
      "reserves",
      "requests",
    ],
    cells(line) {
      const records = new Map(line.media?.map((record) => [record.medium, record]));
      return [
        ...patronFieldNames.map((name) => line[name]),
        ...media.flatMap((medium) => storedFieldNames.map((field) => records.get(medium)?.[field])),
        ...preferenceTypes.map((type) => preferenceCell(line, type)),
        listCell(line.reserves),
        listCell(line.requests),
      ];
    },
  };
}

function preferenceCell({ preferences = [] }: PatronLine, type: (typeof preferenceTypes)[number]): Cell {
  const ofType = preferences.filter((it) => it.type === type);
  return cellOfList(ofType.map(({ code, exclusion = false }) => ({ text: code, negated: exclusion })));
}

function listCell(texts: readonly string[] = []): Cell {
  return cellOfList(texts.map((text) => ({ text, negated: false })));
}

export const titleColumns: CsvColumns<TitleLine> = {
  header: [
    "titleId",
    "medium",
    "title",
    "author",
    "series.name",
    "series.number",
    "subjects",
    "contentWarnings",
    "language",
    "status",
    "addedOn",
  ],
  cells: ({ series, subjects, contentWarnings, ...title }) => [
    title.titleId,
    title.medium,
    title.title,
    title.author,
    series?.name,
    series?.number,
    listCell(subjects),
    listCell(contentWarnings),
    title.language,
    title.status,
    title.addedOn,
  ],
};
