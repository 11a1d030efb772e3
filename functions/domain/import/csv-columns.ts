import { mediumFieldsSchema } from "#domain/profile/medium-record";
import { preferenceTypes } from "#domain/profile/patron";
import { listOfCell } from "./list-cell.ts";

/** Turns the cells of a row, in the order of the header, into the record that a line of JSON would hold. */
export type RowReader = (cells: readonly string[]) => Record<string, unknown>;

export type ImportKind = "patrons" | "titles";

/** How one column writes its cell into the record. Cells without a character are fields without a value. */
type CellWriter = (record: Record<string, unknown>, cell: string) => void;

const patronTexts = [
  "patronId",
  "lastName",
  "firstName",
  "mainStatus",
  "branch",
  "city",
  "county",
  "state",
  "registeredOn",
  "language",
];
const titleTexts = ["titleId", "medium", "title", "author", "language", "status", "addedOn"];
const numbers = new Set(["cutoff", "maxServiceQueueSize", "refillPoint", "maxTitlesPerCartridge", "cartridgeLimit"]);
const mediumFields = Object.keys(mediumFieldsSchema.shape);

/**
 * Makes the reader of a CSV file from its header.
 *
 * Patrons: plain columns, `media.<code>.<field>`, `preferences.SUBJECT|AUTHOR|SERIES`, `reserves`, `requests`, `hasHad`.
 * Titles: plain columns, `series.name`, `series.number`, `subjects`, `contentWarnings`. Lists separate by `|`; a
 * preference that begins with `!` is an exclusion. A patron has the media of which the row fills at least one cell.
 */
export function rowReader(kind: ImportKind, header: readonly string[]): RowReader | { readonly reason: string } {
  const columns = kind === "patrons" ? patronColumn : titleColumn;
  const writers: CellWriter[] = [];
  for (const [i, name] of header.entries()) {
    if (header.indexOf(name) !== i) return { reason: `the header names the column ${name} twice` };
    const writer = columns(name);
    if (writer === undefined) return { reason: `the header names the unknown column "${name.slice(0, 60)}"` };
    writers.push(writer);
  }
  const id = kind === "patrons" ? "patronId" : "titleId";
  if (!header.includes(id)) return { reason: `the header has no column ${id}` };
  return (cells) => {
    const record: Record<string, unknown> = {};
    for (const [i, write] of writers.entries()) {
      const cell = cells[i] ?? "";
      if (cell !== "") write(record, cell);
    }
    return record;
  };
}

function patronColumn(name: string): CellWriter | undefined {
  if (patronTexts.includes(name)) return text(name);
  if (name === "reserves" || name === "requests" || name === "hasHad") return list(name);
  const type = preferenceTypes.find((it) => name === `preferences.${it}`);
  if (type !== undefined) return preferences(type);
  const [, medium, field] = /^media\.(.+)\.([A-Za-z]+)$/.exec(name) ?? [];
  if (medium === undefined || field === undefined || !mediumFields.includes(field)) return undefined;
  return mediumField(medium, field);
}

function titleColumn(name: string): CellWriter | undefined {
  if (titleTexts.includes(name)) return text(name);
  if (name === "subjects" || name === "contentWarnings") return list(name);
  if (name === "series.name") return series((cell) => ({ name: cell }));
  if (name === "series.number") return series((cell) => ({ number: numberOrText(cell) }));
  return undefined;
}

function text(name: string): CellWriter {
  return (record, cell) => {
    record[name] = cell;
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

function mediumField(medium: string, field: string): CellWriter {
  return (record, cell) => {
    const media = listIn(record, "media");
    const known = media.find((it) => it.medium === medium);
    const target = known ?? { medium };
    if (field === "nightlyDebug") target[field] = booleanOrText(cell);
    else target[field] = numbers.has(field) ? numberOrText(cell) : cell;
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

/** A cell that is no number stays a text, so that the rules of the record refuse it with the name of its field. */
function numberOrText(cell: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell;
}

function booleanOrText(cell: string): boolean | string {
  const word = cell.toLowerCase();
  if (word === "true" || word === "yes" || word === "1") return true;
  return word === "false" || word === "no" || word === "0" ? false : cell;
}
