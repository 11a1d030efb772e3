import { storedFieldNames } from "#domain/profile/medium-fields";
import { dayText } from "./format.ts";
import { label } from "./labels.ts";

/** What the API calls otherwise than the console does, beside fields. */
const terms: Readonly<Record<string, string>> = {
  true: "on",
  false: "off",
  perDay: "the number of patrons on each day",
};

/**
 * A message of the API as the sentence that people read: fields by their names on the forms, days written out. A field
 * whose name is a word like any other is only known where the message begins with it, alone or in a list.
 */
export function messageInWords(message: string): string {
  const isField = (word: string) => storedFieldNames.some((name) => name === word);
  const named = message
    .replace(/^\w+(?:, \w+)*/, (list) => list.replaceAll(/\w+/g, (word) => (isField(word) ? label(word) : word)))
    .replaceAll(/\b[a-z]+[A-Z][a-zA-Z]*\b/g, (word) => (isField(word) ? label(word) : word))
    .replaceAll(/\b(?:true|false|perDay)\b/g, (word) => terms[word] ?? word)
    .replaceAll(/\b\d{4}-\d\d-\d\d\b(?!T)/g, (day) => dayText(day));
  return `${named.charAt(0).toUpperCase()}${named.slice(1)}${/[.!?]$/.test(named) ? "" : "."}`;
}
