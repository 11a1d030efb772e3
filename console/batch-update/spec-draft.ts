import { z } from "zod";
import type { Day } from "#domain/calendar";
import type { Library } from "#domain/library";
import { type Changes, changesSchema, specProblems } from "#domain/plan/update-spec";
import { type ChangeableFieldName, changeableFieldNames, mediumField } from "#domain/profile/medium-fields";
import type { FieldError } from "../controls/error-summary.tsx";
import { label } from "../words/labels.ts";
import { messageInWords } from "../words/message-in-words.ts";

/** The fields that a batch update may set, in the order of the form. Nightly Debug stands apart: it is always applied. */
export const changeableFields = changeableFieldNames;
export type ChangeableField = ChangeableFieldName;

const choiceSchema = z.object({ verb: z.enum(["leave", "set", "clear", "spread"]), value: z.string() });
export type Choice = z.infer<typeof choiceSchema>;
export type Verb = Choice["verb"];

export const specDraftSchema = z.object({
  medium: z.string(),
  nightlyDebug: z.boolean(),
  addServiceQueue: z.boolean(),
  name: z.string(),
  choices: z.record(z.enum(changeableFields), choiceSchema),
  spread: z.object({ from: z.string(), perDay: z.string() }),
});
export type SpecDraft = z.infer<typeof specDraftSchema>;

export function newSpecDraft(): SpecDraft {
  const untouched = Object.fromEntries(changeableFields.map((field) => [field, { verb: "leave", value: "" }]));
  return specDraftSchema.parse({
    medium: "",
    nightlyDebug: false,
    addServiceQueue: false,
    name: "",
    choices: untouched,
    spread: { from: "", perDay: "" },
  });
}

/** What may be done with a field: some cannot be cleared, and only the next service date can be spread. */
export function verbsOf(field: ChangeableField): readonly Verb[] {
  if (mediumField(field).change !== "SET_OR_CLEAR") return ["leave", "set"];
  return field === "nextServiceDate" ? ["leave", "set", "spread", "clear"] : ["leave", "set", "clear"];
}

/** The control of a field that takes its value. */
export const valueId = (field: ChangeableField): string => `${field}-value`;

/** What errors may be about, in the order of the form. */
const controls = [
  "medium",
  ...changeableFields.flatMap((field) =>
    field === "nextServiceDate" ? [valueId(field), "spread-from", "spread-per-day"] : [valueId(field)],
  ),
];

/**
 * The changes a draft says, or what is missing or wrong for every patron alike.
 *
 * @param places members of the query set, for a spread has to find a day for each
 */
export function finishedChanges(
  draft: SpecDraft,
  library: Library,
  today: Day,
  places: number,
): { changes: Changes } | { errors: FieldError[] } {
  const errors: FieldError[] = [];
  if (draft.medium === "") errors.push({ id: "medium", message: "Choose a medium." });
  const said: Record<string, unknown> = { ...(draft.addServiceQueue && { addServiceQueue: true }) };
  for (const field of changeableFields) said[field] = saidOf(field, draft, errors);
  const read = changesSchema.safeParse(said);
  const outOfForm = read.error?.issues ?? [];
  for (const { path, message } of outOfForm) {
    errors.push({
      id: controlOf(["changes", ...path].join(".")),
      message: `${label(String(path[0]))}: ${message}.`,
    });
    delete said[String(path[0])];
  }
  // What is right by itself is judged whatever is wrong with the others, so that everything is told at once.
  const changes = read.data ?? changesSchema.parse(said);
  for (const { path, message } of specProblems({ medium: draft.medium, changes }, library, today, places)) {
    const id = controlOf(path);
    if (errors.every((it) => it.id !== id)) errors.push({ id, message: messageInWords(message) });
  }
  if (errors.length === 0) return { changes };
  return { errors: errors.toSorted((one, other) => controls.indexOf(one.id) - controls.indexOf(other.id)) };
}

const mostPerDay = 10_000;

/** What a draft says of one field; undefined leaves it, or is wrong and among the errors. */
function saidOf(field: ChangeableField, draft: SpecDraft, errors: FieldError[]): unknown {
  const { verb, value } = draft.choices[field];
  const bare = value.trim();
  const miss = (message: string, id = valueId(field)) => void errors.push({ id, message });
  if (verb === "leave") return undefined;
  if (verb === "clear") return null;
  if (verb === "spread") {
    const perDay = Number(draft.spread.perDay);
    const isMany = Number.isInteger(perDay) && perDay >= 1 && perDay <= mostPerDay;
    if (!isMany) miss("Patrons on each day must be a whole number from 1 to 10,000.", "spread-per-day");
    if (draft.spread.from === "") return miss("Choose the first day of the spread.", "spread-from");
    // A first day that is wrong is so with any number.
    return { spread: { from: draft.spread.from, perDay: isMany ? perDay : mostPerDay } };
  }
  if (bare === "") return miss(`${label(field)}: give a value, or choose “Leave as is”.`);
  const { kind } = mediumField(field);
  if (kind === "flag") return bare === "YES";
  if (kind !== "number") return bare;
  const number = Number(bare);
  return Number.isInteger(number) ? number : miss(`${label(field)} must be a whole number.`);
}

/** The control that a path of the API or the domain is about. */
export function controlOf(path: string): string {
  const [, field, spread, part] = path.split(".");
  if (spread === "spread") return part === "from" ? "spread-from" : "spread-per-day";
  const known = changeableFields.find((it) => it === field);
  return known === undefined ? "medium" : valueId(known);
}

/** Where the choices for a query set are kept while they are made; with a batch update's id what was chosen for it. */
export function specKey(querySetId: string, batchUpdateId?: string): string {
  return batchUpdateId === undefined ? `spec:${querySetId}` : `spec:${querySetId}:${batchUpdateId}`;
}

/** The choices that a batch update was planned with. */
export function specDraftOf({ medium, nightlyDebug = false, changes = {}, name }: PlannedSpec): SpecDraft {
  return withPreset({ ...newSpecDraft(), medium, nightlyDebug, name: name ?? "" }, changes);
}

interface PlannedSpec {
  readonly medium: string;
  readonly nightlyDebug?: boolean | undefined;
  readonly changes?: Changes | undefined;
  readonly name?: string | undefined;
}

/** The draft with a preset's changes in place of its own. Medium and Nightly Debug are not part of a preset. */
export function withPreset(draft: SpecDraft, preset: Changes): SpecDraft {
  const fresh = newSpecDraft();
  const after = { ...draft, choices: { ...fresh.choices }, addServiceQueue: preset.addServiceQueue === true };
  for (const field of changeableFields) {
    const value = preset[field];
    if (value === undefined) continue;
    if (value === null) after.choices[field] = { verb: "clear", value: "" };
    else if (typeof value === "object") {
      after.choices[field] = { verb: "spread", value: "" };
      after.spread = { from: value.spread.from, perDay: String(value.spread.perDay) };
    } else after.choices[field] = { verb: "set", value: String(value) };
  }
  return after;
}
