import type { ShownMedium } from "#contract/patrons";
import type { Day } from "#domain/calendar";
import type { Library } from "#domain/library";
import { judgeEdit, type MediumEdit, mediumEditSchema } from "#domain/profile/medium-edit";
import { type MediumFieldName, mediumField, mediumFieldNames } from "#domain/profile/medium-fields";
import { tiedFields } from "#domain/profile/medium-record";
import type { FieldError } from "../controls/error-summary.tsx";
import { label } from "../words/labels.ts";
import { messageInWords } from "../words/message-in-words.ts";

/** A medium record while it is edited: a text for each field, empty where it has no value. */
export type EditDraft = Readonly<Record<MediumFieldName, string>>;

/** Flags read YES and NO, as everywhere in the console. */
export function editDraft(record: ShownMedium): EditDraft {
  return textsOf((name) => textOf(name, record));
}

function textOf(name: MediumFieldName, record: ShownMedium): string {
  const value = record[name];
  if (mediumField(name).kind === "flag") return value === true ? "YES" : "NO";
  return value === undefined ? "" : String(value);
}

function textsOf(make: (name: MediumFieldName) => string): EditDraft {
  return Object.fromEntries(mediumFieldNames.map((name) => [name, make(name)])) as EditDraft; // every name is there
}

/** Id of the control of a field. */
export const editId = (name: string): string => `edit-${name}`;

/** The fields that a draft changes; others are not sent, so that nothing is written that nobody meant. */
export function editedFields(draft: EditDraft, record: ShownMedium): MediumFieldName[] {
  const before = editDraft(record);
  return mediumFieldNames.filter((name) => draft[name].trim() !== before[name]);
}

/** The edit that a draft says, or what is wrong with it by the rules of single edits, each with the id of its control. */
export function finishedEdit(
  draft: EditDraft,
  medium: string,
  record: ShownMedium,
  library: Library,
  today: Day,
): { readonly edit: MediumEdit } | { readonly errors: FieldError[] } {
  const said: Record<string, unknown> = {};
  const errors: FieldError[] = [];
  for (const name of editedFields(draft, record)) {
    const value = saidOf(name, draft[name].trim());
    const parsed = mediumEditSchema.safeParse({ [name]: value });
    const message = parsed.success ? problemOf({ [name]: value }, medium, record, library, today, name) : mustBe(name);
    if (message === undefined) said[name] = value;
    else errors.push({ id: editId(name), message });
  }
  const edit = mediumEditSchema.parse(said);
  const finding = judgeEdit({ ...record, medium }, edit, library, today);
  // Between two fields nothing can be said while one of them is wrong by itself.
  if ("problem" in finding && !tiedFields.some((name) => errors.some(({ id }) => id === editId(name)))) {
    errors.push({ id: editId(finding.problem.field), message: messageInWords(finding.problem.message) });
  }
  return errors.length === 0 ? { edit } : { errors };
}

/** What is wrong with one field, told whatever is wrong with the others; the rule between two fields is judged at the end. */
function problemOf(
  said: Record<string, unknown>,
  medium: string,
  record: ShownMedium,
  library: Library,
  today: Day,
  name: MediumFieldName,
): string | undefined {
  const finding = judgeEdit({ ...record, medium }, mediumEditSchema.parse(said), library, today);
  if ("fields" in finding || finding.problem.field !== name || finding.problem.code === "REFILL_ABOVE_MAXIMUM")
    return undefined;
  return messageInWords(finding.problem.message);
}

function saidOf(name: MediumFieldName, text: string): unknown {
  const { kind } = mediumField(name);
  if (kind === "flag") return text === "YES";
  if (text === "") return null;
  return kind === "number" ? Number(text) : text;
}

function mustBe(name: MediumFieldName): string {
  const { kind, change } = mediumField(name);
  if (kind === "number") return `${label(name)} must be a whole number.`;
  return change === "SET" ? `${label(name)} cannot be without a value.` : `${label(name)} is not in its form.`;
}

/** A draft on top of a record that somebody else has changed since it was begun. */
export interface RebasedEdit {
  readonly draft: EditDraft;
  /** Fields that the other one changed. */
  readonly theirs: readonly MediumFieldName[];
  /** Of these the ones that the draft changes too, to something else: there the draft holds. */
  readonly both: readonly MediumFieldName[];
}

/**
 * What the person changed stays, everything else becomes what is there now.
 *
 * @param base the record from which the draft was made
 */
export function rebasedEdit(draft: EditDraft, base: ShownMedium, present: ShownMedium): RebasedEdit {
  const before = editDraft(base);
  const now = editDraft(present);
  const mine = new Set(editedFields(draft, base));
  const theirs = mediumFieldNames.filter((name) => before[name] !== now[name]);
  return {
    draft: textsOf((name) => (mine.has(name) ? draft[name] : now[name])),
    theirs,
    both: theirs.filter((name) => mine.has(name) && draft[name].trim() !== now[name]),
  };
}
