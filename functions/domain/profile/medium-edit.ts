import { z } from "zod";
import type { Day } from "#domain/calendar";
import type { LibrarySettings } from "#domain/library";
import { type FieldWrites, merged } from "#domain/plan/plan";
import { mediumFieldNames, writeShape } from "./medium-fields.ts";
import {
  betweenFieldsProblem,
  fieldProblem,
  type MediumRecord,
  mediumProblem,
  type RuleProblem,
  tiedFields,
} from "./medium-record.ts";

/** A single edit of a medium record: absent leaves a field, null clears it, where it can be without a value. */
export const mediumEditSchema = z.strictObject(writeShape(mediumFieldNames));
export type MediumEdit = z.infer<typeof mediumEditSchema>;

/** The rule that an edit breaks, with the field it is about; the medium itself may have left the library's table. */
export type EditProblem =
  | RuleProblem
  | { readonly code: "CODE_UNKNOWN"; readonly field: "medium"; readonly message: string };

/** What an edit comes to: the fields it changes, or the rule it breaks. No field at all means nothing changes. */
export type EditFinding = { readonly fields: FieldWrites } | { readonly problem: EditProblem };

/**
 * Judges an edit by the rules of a batch update: the medium, ranges and codes of the fields it sets, the rule between two
 * fields on the merged record if it sets one of them.
 *
 * @param today the library's day: a next service date before it is refused
 */
export function judgeEdit(record: MediumRecord, edit: MediumEdit, library: LibrarySettings, today: Day): EditFinding {
  const unknown = mediumProblem(record.medium, library);
  if (unknown !== undefined) return { problem: { ...unknown, field: "medium" } };
  const fields: { -readonly [Field in keyof FieldWrites]: FieldWrites[Field] } = {};
  for (const name of mediumFieldNames) {
    const value = edit[name];
    if (value === undefined) continue;
    const problem = value === null ? undefined : fieldProblem(name, value, library, today);
    if (problem !== undefined) return { problem };
    if ((value ?? undefined) !== record[name]) fields[name] = value;
  }
  const between = tiedFields.some((name) => edit[name] !== undefined)
    ? betweenFieldsProblem(merged(record, fields))
    : undefined;
  return between === undefined ? { fields } : { problem: between };
}
