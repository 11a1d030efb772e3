import { instantText } from "./format.ts";
import { labelOf } from "./labels.ts";

/** A text of the service as it reads: codes of states and fields in it by their words, instants by the reader's clocks. */
export function codesInWords(text: string): string {
  return text
    .replaceAll(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, (instant) => instantText(instant, undefined))
    .replaceAll(/\b[A-Za-z]+(?:_[A-Z]+)*\b/g, (word) => {
      const isCode = /^[A-Z_]{4,}$/.test(word) || /^[a-z]+[A-Z]/.test(word);
      const known = isCode ? labelOf(word) : undefined;
      return known === undefined ? word : `“${known}”`;
    });
}
