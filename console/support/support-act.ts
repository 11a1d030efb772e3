import type { AttentionAct } from "#domain/support/attention";

/** What an act did, a sentence each, and where to go on with it. */
export interface Done {
  readonly does: readonly string[];
  /** A view of a library, in which support then works for the reason that was given. */
  readonly goOn?: { readonly library: string; readonly at: string };
}

/** Something that support can do: it says first what it would do, and asks why. */
export interface SupportAct {
  /** Unlike that of any other act on the page. */
  readonly id: string;
  readonly act: AttentionAct | "UNDO" | "CANCEL" | "REPORT";
  /** Of what, for those who hear the button alone. */
  readonly of: string;
  /** What it would do, a sentence each. Nothing is done. */
  ask(): Promise<readonly string[]>;
  perform(reason: string, onceKey: string): Promise<Done>;
}
