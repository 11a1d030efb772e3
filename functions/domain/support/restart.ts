import { isOver, startableDays, unstartedDays } from "../retention.ts";

/** A job that has ended, as far as starting it again goes. */
export interface EndedJob {
  /** False or absent where it is the fault of what was sent: the same would come of it again. */
  readonly canBeMended?: boolean | undefined;
  readonly endedAt?: string | undefined;
}

/** Whether a query set or an import that failed may be started again: what that needs is then deleted. */
export function mayBeRestarted({ canBeMended, endedAt }: EndedJob, now: Date): boolean {
  if (canBeMended !== true || endedAt === undefined) return false;
  return !isOver(endedAt, startableDays, now);
}

/** Whether what starting it again needs is kept: for longer than it may be asked for, for a start at the last moment needs it. */
export function isKeptForRestart({ canBeMended, endedAt }: EndedJob, now: Date): boolean {
  return canBeMended === true && endedAt !== undefined && !isOver(endedAt, unstartedDays, now);
}
