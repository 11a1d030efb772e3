import type { Change } from "#contract/change";
import type { Library } from "#domain/library";
import type { HistoryEntry } from "../api/patrons.ts";
import { label } from "../words/labels.ts";
import { valueName } from "../words/value-name.ts";

const did: Readonly<Record<HistoryEntry["outcome"], string>> = {
  UPDATED: "changed the record",
  CREATED: "made the record",
  REMOVED: "removed the record",
};

const kinds: Readonly<Record<Exclude<HistoryEntry["kind"], "EDIT">, string>> = {
  IMPORT: "The import",
  UPDATE: "The batch update",
  RETRY: "The retry",
  UNDO: "The undo",
};

/**
 * The sentence of an entry around the name of what did it: `The batch update | Spring move | changed the record in DB.` An
 * edit has no name.
 */
export function didInWords({
  kind,
  name,
  medium,
  outcome,
}: Pick<HistoryEntry, "kind" | "name" | "medium" | "outcome">) {
  if (kind === "EDIT") return { before: `The record in ${medium} was edited.`, name: "", after: "" };
  const what = kind === "IMPORT" ? "of patrons" : `of ${medium}`;
  return { before: kinds[kind], name: name ?? what, after: `${did[outcome]} in ${medium}.` };
}

/** `Cutoff was 5 and became 12.` Codes have their meaning beside them where the library is known. */
export function changeInWords(
  { field, before, after }: Pick<Change, "field" | "before" | "after">,
  library?: Library,
): string {
  if (field === "serviceQueue") {
    const waited = typeof before === "number" ? ` ${before === 1 ? "1 title" : `${before} titles`} waited before.` : "";
    return after === "WITHDRAW"
      ? `What was added to the service queue was taken out.${waited}`
      : `The service queue was filled.${waited}`;
  }
  if (before === undefined || before === null)
    return `${label(field)} was empty and became ${valueName(field, after, library)}.`;
  if (after === undefined || after === null)
    return `${label(field)} was ${valueName(field, before, library)} and was cleared.`;
  return `${label(field)} was ${valueName(field, before, library)} and became ${valueName(field, after, library)}.`;
}
