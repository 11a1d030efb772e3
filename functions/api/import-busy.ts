import type { Busy } from "#records/imports/imports";
import { type Problem, stillAtWork } from "./problem.ts";

/** Why an import cannot begin now, and when it can. */
export function mustWaitFor({ kind, busyWith, isErasure }: Busy): Problem {
  if (isErasure) return stillAtWork("A patron is being erased. Start the import again in a moment.");
  const detail = `An import of ${kind} is running. Wait until it has finished, then start this one.`;
  return stillAtWork(detail, { conflictsWith: busyWith });
}
