import { z } from "zod";
import { storedFieldNames, storedShape } from "#domain/profile/medium-fields";
import { betweenFieldsProblem, fieldProblem, type MediumFields } from "#domain/profile/medium-record";
import { type Patron, preferenceSchema, type Reading } from "#domain/profile/patron";
import { patronField, patronFieldNames, patronShape } from "#domain/profile/patron-fields";
import { hasCode, type LibrarySettings } from "../library.ts";
import { sentence } from "../sentence.ts";
import { idSchema, visibleTextSchema } from "../text.ts";
import { type LineResult, reasonOf, schemaProblems, withoutNulls } from "./line-problem.ts";

/** Bytes that a core record or the lists of a patron may take: an item of DynamoDB holds 400 KB, keys and names included. */
const largestItem = 380_000;

/** Status of a medium record whose line says none, where the library has it. */
const unlessSaid = "ACTIVE";

const titleIds = (most: number) => z.array(idSchema).max(most);

/** One patron of an import file, as the contract writes it: flat fields, media and preferences as lists. */
const patronLineSchema = z.strictObject({
  ...patronShape(),
  lastName: visibleTextSchema,
  media: z
    .array(z.strictObject({ medium: idSchema, ...storedShape() }))
    .max(1000)
    .default([]),
  preferences: z.array(preferenceSchema).max(1000).default([]),
  reserves: titleIds(10_000).default([]),
  requests: titleIds(10_000).default([]),
  /** What a line leaves out, it leaves as it is: exports do not hold it, and bring nothing to an end when they come back. */
  hasHad: titleIds(50_000).optional(),
});
export type PatronLine = z.input<typeof patronLineSchema>;

/** What a line says about a patron: everything, so that a medium that is not here is one the patron does not have. */
export interface ImportedPatron {
  readonly patron: Omit<Patron, "reserveCounts" | "requestCounts">;
  readonly media: ReadonlyMap<string, MediumFields>;
  readonly reading: ImportedReading;
}

/** The lists of titles of a line; what the patron has had is only there where the line says it. */
export type ImportedReading = Omit<Reading, "hasHad"> & Partial<Pick<Reading, "hasHad">>;

/**
 * Reads one patron of an import by the rules of imports: codes must be in the library's tables, numbers in range and
 * refillPoint within maxServiceQueueSize; closed patrons and past next service dates are welcome, for that is how real
 * libraries' records are.
 *
 * @param value the parsed line; whatever it is, the answer is a record or a reason
 */
export function readPatronLine(value: unknown, library: LibrarySettings): LineResult<ImportedPatron> {
  const parsed = patronLineSchema.safeParse(withoutNulls(value), { error: sentence });
  if (!parsed.success) return { reason: reasonOf(schemaProblems(parsed.error)) };
  const { media, reserves, requests, ...rest } = parsed.data;
  const { hasHad = emptied(value, "hasHad"), ...patron } = rest;
  const problems = patronProblems(patron, library);
  const records = new Map<string, MediumFields>();
  for (const [i, { medium, ...fields }] of media.entries()) {
    const place = `media[${i}]`;
    if (!hasCode(library.media, medium)) problems.push(unknownCode(`${place}.medium`, medium));
    if (records.has(medium)) problems.push(`${place}.medium ${medium} is there twice`);
    if (fields.status === undefined && !hasCode(library.mediumStatuses, unlessSaid)) {
      problems.push(`${place}.status is missing, and the library's table has no ${unlessSaid} to take instead`);
    }
    problems.push(...mediumProblems(fields, library).map((problem) => `${place}.${problem}`));
    records.set(medium, { ...fields, status: fields.status ?? unlessSaid, nightlyDebug: fields.nightlyDebug ?? false });
  }
  const reading = { reserves, requests, ...(hasHad !== undefined && { hasHad }) };
  if (bytesOf(patron.preferences) > largestItem) problems.push("preferences take more room than a record has");
  const tooLong = readingProblem(reading);
  if (tooLong !== undefined) problems.push(tooLong);
  if (problems.length > 0) return { reason: reasonOf(problems) };
  return { record: { patron: withoutEmptyTexts(patron), media: records, reading } };
}

/** Checks that a patron's lists of titles fit into their record, also together with what a line left as it was. */
export function readingProblem(reading: ImportedReading): string | undefined {
  return bytesOf(reading) > largestItem ? "reserves, requests and hasHad take more room than a record has" : undefined;
}

/** A list that is null is one without titles: the line says so. */
function emptied(line: unknown, field: string): [] | undefined {
  const isThere = typeof line === "object" && line !== null && field in line;
  return isThere ? [] : undefined;
}

function patronProblems(patron: ImportedPatron["patron"], library: LibrarySettings): string[] {
  return patronFieldNames.flatMap((name) => {
    const field = patronField(name);
    const value = patron[name];
    if (field.kind !== "code" || value === undefined || hasCode(library[field.table], value)) return [];
    return [unknownCode(name, value)];
  });
}

function mediumProblems(fields: MediumFields, library: LibrarySettings): string[] {
  const problems: string[] = [];
  for (const name of storedFieldNames) {
    const value = fields[name];
    const problem = value === undefined ? undefined : fieldProblem(name, value, library, undefined);
    if (problem !== undefined) problems.push(problem.message);
  }
  const between = betweenFieldsProblem(fields);
  if (between !== undefined) problems.push(between.message);
  return problems;
}

function unknownCode(field: string, code: string): string {
  return `${field} ${code} is not in the library's table`;
}

/** A text without a character is a field without a value, so that "is blank" means one thing. */
function withoutEmptyTexts<T extends object>(record: T): T {
  const entries = Object.entries(record).filter(([, value]) => value !== "");
  return Object.fromEntries(entries) as T; // only optional texts can be empty: the schema saw to that
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
