/** Milliseconds without progress after which a job counts as stuck: longer than all tries of a chunk with all their waits. */
export const longestStandstill = 10 * 60 * 1000;

/** Whether work that is being done has not moved for so long that somebody should look. */
export function isStuck(
  { openedAt, movedAt }: { readonly openedAt: Date; readonly movedAt: Date | undefined },
  now: Date,
): boolean {
  const since = Math.max(openedAt.getTime(), movedAt?.getTime() ?? 0);
  return now.getTime() - since >= longestStandstill;
}
