import { z } from "zod";
import type { FieldKind } from "#domain/profile/field";
import { mediumField, storedFieldNames } from "#domain/profile/medium-fields";
import { preferenceTypes } from "#domain/profile/patron";
import { patronField, patronFieldNames } from "#domain/profile/patron-fields";
import type { ImportKind } from "./import-job.ts";
import { listOfCell } from "./list-cell.ts";
import type { CsvPlaces } from "./shown-line.ts";

/** Turns the cells of a row, in the order of the header, into the record that a line of JSON would hold. */
export interface RowReader {
  read(cells: readonly string[]): { readonly record: Record<string, unknown> } | { readonly reason: string };
  /** The id, as far as the cells of a broken row hold it. */
  idIn(cells: readonly string[]): string | undefined;
  readonly places: CsvPlaces;
}

/** How one column writes its cell into the record. Cells without a character are fields without a value. */
type CellWriter = (record: Record<string, unknown>, cell: string) => void;

const titleTexts = ["titleId", "medium", "title", "author", "language", "status", "addedOn"];

/**
 * Makes the reader of a CSV file from its header.
 *
 * Patrons: plain columns, `media.<code>.<field>`, `preferences.SUBJECT|AUTHOR|SERIES`, `reserves`, `requests`, `hasHad`.
 * Titles: plain columns, `series.name`, `series.number`, `subjects`, `contentWarnings`. Lists separate by `|`; a
 * preference that begins with `!` is an exclusion. A patron has the media of which the row fills at least one cell.
 *
 * Cells that a row lacks at its end are empty. Columns without a name, and cells beyond the last one, may be there as long
 * as nothing stands in them.
 */
export function rowReader(kind: ImportKind, header: readonly string[]): RowReader | { readonly reason: string } {
  const columns = kind === "patrons" ? patronColumn : titleColumn;
  const writers: (CellWriter | undefined)[] = [];
  for (const [i, name] of header.entries()) {
    if (name === "") {
      writers.push(undefined);
      continue;
    }
    if (header.indexOf(name) !== i) return { reason: `the header names the column ${name} twice` };
    const writer = columns(name);
    // By its place: a file without a header begins with somebody's data, and the reason stands in the audit.
    if (writer === undefined) return { reason: `column ${i + 1} of the header is unknown` };
    writers.push(writer);
  }
  const id = kind === "patrons" ? "patronId" : "titleId";
  const idPlace = header.indexOf(id);
  // A column that is there says what the patron has had, also where it is empty; without it that stays as it is.
  const hasHadReading = kind === "patrons" && header.includes("hasHad");
  if (idPlace === -1) return { reason: `the header has no column ${id}` };
  return {
    read(cells) {
      const record: Record<string, unknown> = {};
      if (hasHadReading) record["hasHad"] = [];
      for (const [i, cell] of cells.entries()) {
        if (cell === "") continue;
        if (i >= writers.length) return { reason: `has ${cells.length} cells where the header has ${writers.length}` };
        const write = writers[i];
        if (write === undefined) return { reason: `has a value in column ${i + 1}, which the header does not name` };
        write(record, cell);
      }
      return { record };
    },
    idIn: (cells) => cells[idPlace],
    places: {
      id: idPlace,
      hasHad: kind === "patrons" ? header.indexOf("hasHad") : -1,
      columns: header.length,
    },
  };
}

/** Why a row did not come in, by the columns of its file: `media[0].cutoff` is how a line of JSON has `media.DB.cutoff`. */
export function reasonByColumns(reason: string, record: unknown): string {
  const media = mediaOfRowSchema.safeParse(record).data?.media ?? [];
  return reason.replaceAll(/\bmedia\[(\d+)\](?:\.medium\b)?/g, (place, at: string) => {
    const found = media[Number(at)];
    return found === undefined ? place : `media.${found.medium}`;
  });
}

const mediaOfRowSchema = z.object({ media: z.array(z.object({ medium: z.string().max(32) })) });

function patronColumn(name: string): CellWriter | undefined {
  const plain = patronFieldNames.find((it) => it === name);
  if (plain !== undefined) return plainValue(plain, patronField(plain));
  if (name === "reserves" || name === "requests" || name === "hasHad") return list(name);
  const type = preferenceTypes.find((it) => name === `preferences.${it}`);
  if (type !== undefined) return preferences(type);
  const [, medium, column] = /^media\.(.+)\.([A-Za-z]+)$/.exec(name) ?? [];
  const field = storedFieldNames.find((it) => it === column);
  return medium === undefined || field === undefined ? undefined : mediumValue(medium, field, mediumField(field));
}

function titleColumn(name: string): CellWriter | undefined {
  if (titleTexts.includes(name)) return text(name);
  if (name === "subjects" || name === "contentWarnings") return list(name);
  if (name === "series.name") return series((cell) => ({ name: cell }));
  if (name === "series.number") return series((cell) => ({ number: volumeOrText(cell) }));
  return undefined;
}

function text(name: string): CellWriter {
  return (record, cell) => {
    record[name] = cell;
  };
}

function plainValue(name: string, { kind }: FieldKind): CellWriter {
  return (record, cell) => {
    record[name] = valueIn(cell, kind);
  };
}

function list(name: string): CellWriter {
  return (record, cell) => {
    record[name] = listOfCell(cell).map((it) => it.text);
  };
}

function preferences(type: string): CellWriter {
  return (record, cell) => {
    const found = listOfCell(cell).map((it) => ({ type, code: it.text, exclusion: it.negated }));
    record.preferences = [...listIn(record, "preferences"), ...found];
  };
}

function mediumValue(medium: string, field: string, { kind }: FieldKind): CellWriter {
  return (record, cell) => {
    const media = listIn(record, "media");
    const known = media.find((it) => it.medium === medium);
    const target = known ?? { medium };
    target[field] = valueIn(cell, kind);
    record.media = known === undefined ? [...media, target] : media;
  };
}

function series(part: (cell: string) => Record<string, unknown>): CellWriter {
  return (record, cell) => {
    record.series = { ...objectIn(record, "series"), ...part(cell) };
  };
}

function listIn(record: Record<string, unknown>, name: string): Record<string, unknown>[] {
  const value = record[name];
  return Array.isArray(value) ? value : [];
}

function objectIn(record: Record<string, unknown>, name: string): object {
  const value = record[name];
  return typeof value === "object" && value !== null ? value : {};
}

function valueIn(cell: string, kind: FieldKind["kind"]): string | number | boolean {
  if (kind === "number") return numberOrText(cell);
  return kind === "flag" ? booleanOrText(cell) : cell;
}

/** A cell that is no number stays a text, so that the rules of the record refuse it with the name of its field. */
function numberOrText(cell: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell;
}

/** A place in a series may be any number; very large and very small ones are written with an exponent. */
function volumeOrText(cell: string): number | string {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(cell) ? Number(cell) : cell;
}

function booleanOrText(cell: string): boolean | string {
  const word = cell.toLowerCase();
  if (word === "true" || word === "yes" || word === "1") return true;
  return word === "false" || word === "no" || word === "0" ? false : cell;
}
