/** A line of an uploaded file: a record still to be checked, or the reason why there is none. */
export type FileLine =
  | { readonly line: number; readonly record: Record<string, unknown>; readonly json?: string }
  | { readonly line: number; readonly id?: string; readonly reason: string };

/** Characters of one line; the longest record that could be kept is well below. */
export const longestLine = 2 * 1024 * 1024;

/** The whole file cannot be read, for the reason in the message. */
export class UnreadableFile extends Error {}
