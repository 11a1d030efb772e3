import type { KeptFor } from "#domain/retention";

/** Kinds of objects: the second part of each key, after the library. A library has no others. */
export const objectKinds = ["query-sets", "batch-updates", "imports", "exports", "erasures", "catalogue"] as const;
export type ObjectKind = (typeof objectKinds)[number];

/** The name of the tag by which the bucket's own rules know what ends: keys begin with the library, and tell no rule. */
export const keptTag = "kept";

/** For how long objects of a kind are kept at most; undefined where it is as long as the library. */
export const keptFor: Readonly<Record<ObjectKind, KeptFor | undefined>> = {
  "query-sets": "evidence",
  "batch-updates": "evidence",
  imports: "passing",
  exports: "passing",
  // Ids of the erased, for a restored table does not know them, and what is replaced alone: both as long as the library.
  erasures: undefined,
  catalogue: undefined,
};

/** Kinds that hold anything of patrons: all of them end. */
export const endingKinds = objectKinds.filter((kind) => keptFor[kind] !== undefined);

/** What a query set needs until it is built. */
const ofBuilding: ReadonlySet<string> = new Set(["chunks.jsonl", "ids", "results", "runs", "upload", "uploaded"]);

/** For how long an object of this key is kept at most; undefined where it is as long as the library. */
export function keptForOf(key: string): KeptFor | undefined {
  const [, kind, , part = ""] = key.split("/");
  if (kind === "query-sets" && ofBuilding.has(part)) return "passing";
  const known = objectKinds.find((one) => one === kind);
  return known && keptFor[known];
}
