import { importKinds } from "../import/import-job.ts";

/** What may be asked for: what can be imported. */
export const exportKinds = importKinds;

export const exportStatuses = ["RUNNING", "COMPLETED", "FAILED", "EXPIRED"] as const;
export type ExportStatus = (typeof exportStatuses)[number];

/** Hours for which the file of an export is kept: it holds names and more, and is made again in a minute. */
const keptHours = 24;

/** The instant from which the file of an export that has ended is not there any more. */
export function exportExpires(finishedAt: string): string {
  return new Date(Date.parse(finishedAt) + keptHours * 3600 * 1000).toISOString();
}

/** How an export stands at a moment: one that was completed is EXPIRED when its time is over. */
export function exportStatusAt(
  it: { readonly status: ExportStatus; readonly expiresOn?: string | undefined },
  now: Date,
): ExportStatus {
  const isOver = it.expiresOn !== undefined && it.expiresOn <= now.toISOString();
  return it.status === "COMPLETED" && isOver ? "EXPIRED" : it.status;
}
