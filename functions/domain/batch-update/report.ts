import type { Cell } from "../formula-guard.ts";

interface ReportedPatron {
  readonly patronId: string;
  readonly lastName?: string | undefined;
  readonly firstName?: string | undefined;
  readonly outcome: string;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly advice?: string | undefined;
  readonly changes: readonly {
    readonly field: string;
    readonly before?: Cell;
    readonly after?: Cell;
    readonly current?: Cell;
  }[];
}

/** The header of both spreadsheets of a report: of the errors, and of all outcomes. */
export const reportHeader: readonly Cell[] = [
  "patronId",
  "lastName",
  "firstName",
  "medium",
  "outcome",
  "code",
  "message",
  "advice",
  "field",
  "before",
  "after",
  "current",
];

/** The rows of one patron: one for each field that the problem is about, one with empty field cells where there is none. */
export function errorRows(line: ReportedPatron, medium: string, fields: readonly string[]): Cell[][] {
  const { patronId, lastName, firstName, outcome, code, message, advice } = line;
  const patron: Cell[] = [patronId, lastName, firstName, medium, outcome, code, message, advice];
  if (fields.length === 0) return [[...patron, undefined, undefined, undefined, undefined]];
  return fields.map((field) => {
    const change = line.changes.find((one) => one.field === field);
    return [...patron, field, change?.before, change?.after, change?.current];
  });
}

/** The rows of one patron in the spreadsheet of all outcomes: one for each change, one with empty field cells without any. */
export function outcomeRows(line: ReportedPatron, medium: string): Cell[][] {
  return errorRows(
    line,
    medium,
    line.changes.map(({ field }) => field),
  );
}
