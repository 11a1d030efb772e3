import { z } from "zod";
import type { OfLibrary } from "#domain/ids";
import { LineSet } from "#domain/line-set";
import { readItem } from "./format.ts";
import { type JobKind, jobPartKey } from "./keys.ts";
import type { Store } from "./store.ts";
import { ifAbsent, ifRevision, type Write } from "./table.ts";

const itemSchema = z.object({ revision: z.number().int(), lines: z.instanceof(Uint8Array) });

/** Which lines of a query set or of a plan are left out. */
export interface Exclusions {
  /** Grows with each change; 0 where nothing was ever excluded. */
  readonly revision: number;
  readonly lines: LineSet;
}

/** What has lines that may be left out. */
export interface Excluding extends OfLibrary {
  readonly kind: JobKind;
  readonly id: string;
}

export function exclusionsKey(of: Excluding) {
  return jobPartKey(of, of.kind, of.id, "EXCLUSIONS");
}

/** @param lines how many lines there are */
export async function readExclusions(store: Store, of: Excluding, lines: number): Promise<Exclusions> {
  const item = await store.table.get(exclusionsKey(of));
  if (item === undefined) return { revision: 0, lines: LineSet.none(lines) };
  const stored = readItem(itemSchema, item);
  return { revision: stored.revision, lines: new LineSet(stored.lines) };
}

/** The write that replaces the exclusions that were read as `before`, to stand with what follows from them. */
export function exclusionsWrite(of: Excluding, before: Exclusions, lines: LineSet): Write {
  return {
    put: { ...exclusionsKey(of), revision: before.revision + 1, lines: lines.bytes },
    if: before.revision === 0 ? ifAbsent : ifRevision(before.revision),
  };
}
