import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { countErrors } from "#domain/batch-update/counts";
import { isFinal, isMoving } from "#domain/batch-update/state";
import { patronsToUndo } from "#domain/batch-update/undoable";
import type { Role } from "#domain/role";

/** Milliseconds for which what has ended is told of. */
const lately = 7 * 24 * 3600 * 1000;

export interface Turns {
  /** What the person has to act on. */
  readonly waiting: readonly BatchUpdateAnswer[];
  /** What the person handed over, and somebody else has to act on. */
  readonly handedOver: readonly BatchUpdateAnswer[];
  readonly running: readonly BatchUpdateAnswer[];
  /** The next one first. */
  readonly scheduled: readonly BatchUpdateAnswer[];
  /** What ended with patrons left over or failed, and that nobody has followed up yet. */
  readonly needsLook: readonly BatchUpdateAnswer[];
  readonly ended: readonly BatchUpdateAnswer[];
}

/**
 * Sorts batch updates by who has to do something about them. Each is in one place at most; the given order is kept but for
 * what is scheduled.
 *
 * @param me the person for whom it is, by the name that is shown
 * @param now in milliseconds since 1970
 */
export function turnsOf(
  found: readonly BatchUpdateAnswer[],
  me: { readonly name: string; readonly roles: readonly Role[] },
  now: number,
): Turns {
  const isAdministrator = me.roles.includes("administrator");
  const isMine = ({ createdBy }: BatchUpdateAnswer) => createdBy === me.name;
  const ready = found.filter(({ status }) => status === "READY");
  const isHanded = ({ handover }: BatchUpdateAnswer) => handover !== undefined;
  const isFresh = ({ finishedAt, createdAt }: BatchUpdateAnswer) => now - Date.parse(finishedAt ?? createdAt) <= lately;
  const ended = found.filter((it) => isFinal(it.status) && isFresh(it));
  const needsLook = ended.filter(
    (it) => ["FAILED", "COMPLETED_WITH_ERRORS"].includes(it.status) && !isFollowedUp(it) && !isAllDone(it),
  );
  return {
    waiting: ready.filter((it) => (isHanded(it) ? isAdministrator : isMine(it))),
    handedOver: isAdministrator ? [] : ready.filter((it) => isHanded(it) && isMine(it)),
    running: found.filter(({ status }) => isMoving(status)),
    scheduled: found
      .filter(({ status }) => status === "SCHEDULED")
      .toSorted((one, other) => Date.parse(one.processAt ?? "") - Date.parse(other.processAt ?? "")),
    needsLook,
    ended: ended.filter((it) => !needsLook.includes(it)),
  };
}

/** A retry that nobody canceled has what is left; of what was undone as a whole nothing is. */
function isFollowedUp({ children, counts }: BatchUpdateAnswer): boolean {
  if (children.some(({ kind, status }) => kind === "RETRY" && status !== "CANCELLED")) return true;
  const isUndone = children.some(({ kind, patrons = 0 }) => kind === "UNDO" && patrons > 0);
  return isUndone && patronsToUndo({ counts, children }) === 0;
}

/** An undo that left out nobody but those whom another undo has. */
function isAllDone({ counts, plan }: BatchUpdateAnswer): boolean {
  const elsewhere = plan?.problems.find(({ code }) => code === "ALREADY_UNDONE")?.patrons ?? 0;
  return counts !== undefined && elsewhere > 0 && countErrors(counts) === elsewhere;
}
