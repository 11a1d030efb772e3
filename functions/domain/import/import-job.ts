import { z } from "zod";

export const importKinds = ["patrons", "titles"] as const;
export type ImportKind = (typeof importKinds)[number];
export const importFormats = ["jsonl", "csv"] as const;
export type ImportFormat = (typeof importFormats)[number];
export const importStatuses = ["AWAITING_UPLOAD", "RUNNING", "COMPLETED", "COMPLETED_WITH_ERRORS", "FAILED"] as const;

const count = z.int().min(0);

/** What became of the lines of a file; `read` is the sum of the others. */
export const importCountsSchema = z.object({
  read: count,
  created: count,
  replaced: count,
  unchanged: count,
  rejected: count,
});
export type ImportCounts = z.infer<typeof importCountsSchema>;
