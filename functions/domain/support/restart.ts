/** Hours for which a job that failed keeps what starting it again needs: uploads and all else of it are then deleted. */
const keptHours = 24;

/** A job that has ended, as far as starting it again goes. */
export interface EndedJob {
  /** False or absent where it is the fault of what was sent: the same would come of it again. */
  readonly canBeMended?: boolean | undefined;
  readonly endedAt?: string | undefined;
}

/** Whether a query set or an import that failed may be started again. */
export function mayBeRestarted({ canBeMended, endedAt }: EndedJob, now: Date): boolean {
  if (canBeMended !== true || endedAt === undefined) return false;
  return now.getTime() < Date.parse(endedAt) + keptHours * 3600 * 1000;
}
