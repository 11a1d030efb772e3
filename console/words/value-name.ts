import type { Library } from "#domain/library";
import { mediumField, storedFieldNames } from "#domain/profile/medium-fields";
import { valueInWords } from "./changes-in-words.ts";
import { type Choice, choicesOf } from "./choices.ts";

/** A field's value in words, a code with its meaning beside it, where the library's tables have one. */
export function valueName(
  field: string,
  value: Parameters<typeof valueInWords>[1],
  library: Library | undefined,
): string {
  const words = valueInWords(field, value);
  const stored = storedFieldNames.find((it) => it === field);
  if (stored === undefined || library === undefined || value === undefined || value === null) return words;
  const meaning = choicesOf(mediumField(stored), library).find(({ code }) => code === value)?.name;
  return meaning === undefined || meaning === words ? words : `${words} – ${meaning}`;
}

/** A code of a patron with its meaning beside it, or the meaning alone where it is the same word. */
export function codeName(code: string | undefined, table: readonly Choice[] | undefined): string | undefined {
  const meaning = table?.find((it) => it.code === code)?.name;
  if (code === undefined || meaning === undefined) return code;
  return meaning.toUpperCase() === code.toUpperCase() ? meaning : `${code} – ${meaning}`;
}
