/** Kinds of objects: the second part of each key, after the library. A library has no others. */
export const objectKinds = ["query-sets", "batch-updates", "imports", "exports", "erasures", "catalogue"] as const;
export type ObjectKind = (typeof objectKinds)[number];
