import type { Changes } from "#domain/plan/update-spec";
import { changeableFieldNames, mediumField, storedFieldNames } from "#domain/profile/medium-fields";
import { amount, dayText } from "./format.ts";
import { label } from "./labels.ts";

/** One sentence for each field that a batch update touches, Nightly Debug last: it is always among them. */
export function changesInWords(changes: Changes, nightlyDebug: boolean): string[] {
  const sentences = changeableFieldNames.flatMap((field) => {
    const value = changes[field];
    if (value === undefined) return [];
    if (value === null) return [`${label(field)} is cleared.`];
    if (typeof value === "object") {
      const { from, perDay } = value.spread;
      return [`${label(field)} is spread from ${dayText(from)} on, ${amount(perDay)} patrons on each service day.`];
    }
    return [`${label(field)} becomes ${valueInWords(field, value)}.`];
  });
  if (changes.addServiceQueue === true) sentences.push("A service queue is added and filled.");
  sentences.push(`Nightly Debug is turned ${nightlyDebug ? "on" : "off"} for everyone in the set.`);
  return sentences;
}

/** A field's value as people read it; what is missing reads "empty". */
export function valueInWords(field: string, value: string | number | boolean | null | undefined): string {
  if (value === undefined || value === null || value === "") return "empty";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (field === "serviceQueue") return typeof value === "number" ? `${amount(value)} waiting` : label(String(value));
  const name = storedFieldNames.find((it) => it === field);
  const kind = name && mediumField(name).kind;
  if (kind === "day") return dayText(String(value));
  if (kind === "choice") return label(String(value));
  return String(value);
}
