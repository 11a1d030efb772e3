import { patronColumns, titleColumns } from "#domain/export/csv-cells";
import type { FieldKind } from "#domain/profile/field";
import { mediumField, type StoredField, storedFieldNames } from "#domain/profile/medium-fields";
import { patronField, patronFieldNames } from "#domain/profile/patron-fields";
import type { Cell } from "../formula-guard.ts";
import type { LibrarySettings } from "../library.ts";
import type { ImportFormat, ImportKind } from "./import-job.ts";
import type { PatronLine } from "./patron-line.ts";
import type { TitleLine } from "./title-line.ts";

/** No library gives out this id, so that a line that was left standing is seen at once and harms nobody. */
const exampleId = "EXAMPLE-1";
const exampleDay = "2026-03-02";

/** Values that say more than the least that a field takes. */
const told: Partial<Record<StoredField | (typeof patronFieldNames)[number], Cell>> = {
  patronId: exampleId,
  lastName: "Example",
  firstName: "Ada",
  city: "Boone",
  county: "Watauga",
  state: "NC",
  language: "English",
  cutoff: 5,
  maxServiceQueueSize: 20,
  refillPoint: 8,
  maxTitlesPerCartridge: 6,
  cartridgeLimit: 2,
};

/**
 * A file to begin with: every column that an import of the library can fill, from the tables of fields, and one line that
 * could be imported as it stands.
 */
export function importTemplate(kind: ImportKind, format: ImportFormat, library: LibrarySettings): string {
  if (kind === "patrons") {
    const line = examplePatron(library);
    return format === "csv" ? csvFile(patronColumns(library.media.map(({ code }) => code)), line) : jsonLine(line);
  }
  const line = exampleTitle(library);
  return format === "csv" ? csvFile(titleColumns, line) : jsonLine(line);
}

function examplePatron(library: LibrarySettings): PatronLine {
  const open = library.mainStatuses.find(({ closed }) => !closed) ?? library.mainStatuses[0];
  const fields = Object.fromEntries(
    patronFieldNames.map((name) => [
      name,
      name === "mainStatus" ? open?.code : (told[name] ?? exampleOf(patronField(name), library)),
    ]),
  );
  const record = Object.fromEntries(
    storedFieldNames.map((name) => [name, told[name] ?? exampleOf(mediumField(name), library)]),
  );
  return {
    ...(fields as Pick<PatronLine, "patronId" | "lastName" | "mainStatus">), // each name with a value of its kind
    media: library.media.slice(0, 1).map(({ code }) => ({ medium: code, ...record })),
    preferences: [
      { type: "SUBJECT", code: "Mystery" },
      { type: "SUBJECT", code: "Violence", exclusion: true },
    ],
    reserves: [],
    requests: [exampleId],
  };
}

function exampleTitle({ media }: LibrarySettings): TitleLine {
  return {
    titleId: exampleId,
    medium: media[0]?.code ?? "",
    title: "Example",
    author: "Bell, Ada",
    series: { name: "Examples", number: 1 },
    subjects: ["Mystery"],
    contentWarnings: ["Violence"],
    language: "English",
    status: "ACTIVE",
    addedOn: exampleDay,
  };
}

/** A value that the field takes; none where it is a code of a table without rows. */
function exampleOf(field: FieldKind, library: LibrarySettings): Cell {
  switch (field.kind) {
    case "code":
      return library[field.table][0]?.code;
    case "choice":
      return field.choices[0];
    case "number":
      return field.range[0];
    case "day":
      return exampleDay;
    case "flag":
      return false;
    default:
      return "Example";
  }
}

function jsonLine(line: unknown): string {
  return `${JSON.stringify(line)}\n`;
}

function csvFile<Line>(
  { header, cells }: { readonly header: readonly string[]; cells(line: Line): Cell[] },
  line: Line,
): string {
  // With the mark spreadsheets read the file, and save it, as UTF-8.
  return `\ufeff${[header, cells(line)].map((row) => `${row.map(cellText).join(",")}\r\n`).join("")}`;
}

function cellText(cell: Cell = ""): string {
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
