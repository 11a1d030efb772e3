import type { Library } from "#domain/library";
import { mediumField, storedFieldNames } from "#domain/profile/medium-fields";
import { type Choice, choicesOf } from "./choices.ts";
import { amount, dayText } from "./format.ts";
import { label } from "./labels.ts";

/** A field's value in words, a code with its meaning beside it, where the library's tables have one. */
export function valueName(
  field: string,
  value: Parameters<typeof valueInWords>[1],
  library?: Library | undefined,
): string {
  const words = valueInWords(field, value);
  const stored = storedFieldNames.find((it) => it === field);
  if (stored === undefined || library === undefined || value === undefined || value === null) return words;
  const meaning = choicesOf(mediumField(stored), library).find(({ code }) => code === value)?.name;
  if (meaning === undefined) return words;
  return meaning.toUpperCase() === words.toUpperCase() ? meaning : `${words} – ${meaning}`;
}

/** A code of a patron with its meaning beside it, or the meaning alone where it is the same word. */
export function codeName(code: string | undefined, table: readonly Choice[] | undefined): string | undefined {
  const meaning = table?.find((it) => it.code === code)?.name;
  if (code === undefined || meaning === undefined) return code;
  return meaning.toUpperCase() === code.toUpperCase() ? meaning : `${code} – ${meaning}`;
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
