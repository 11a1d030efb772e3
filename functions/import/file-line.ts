/** A line of an uploaded file: a record still to be checked, or the reason why there is none. */
export type FileLine =
  | { readonly line: number; readonly text: string; readonly record: Record<string, unknown> }
  /** A record as its JSON, which is its text as well. */
  | { readonly line: number; readonly json: string; readonly record: Record<string, unknown> }
  | { readonly line: number; readonly text: string; readonly id?: string; readonly reason: string };

/** Bytes of one line; the longest record that could be kept is well below. */
export const longestLine = 2 * 1024 * 1024;

/** The whole file cannot be read, for the reason in the message. */
export class UnreadableFile extends Error {}
