import type { Store } from "#records/store/store";
import { longestUpload, type TakenUpload } from "#records/store/uploads";
import { conflict, Problem } from "./problem.ts";

const gigabytes = longestUpload / 1024 ** 3;

/**
 * The answer to a start whose file is not there, or is larger than may be.
 *
 * @param wasErased whether one was there, and was removed with somebody who was erased
 */
export function requireTaken(taken: TakenUpload, wasErased = false): void {
  if (taken === "ABSENT" && wasErased) throw fileErased();
  if (taken === "ABSENT") throw conflict("The file is not there yet. Send it to the upload's url first.");
  if (taken === "TOO_LARGE") {
    throw new Problem(
      "TOO_LARGE",
      `The file is larger than ${gigabytes} GB and was removed. Split it, and send the parts.`,
    );
  }
}

/**
 * The answer to a start that was refused though its job still waits: somebody in the file was erased since it was taken. What
 * was taken goes.
 */
export async function erasedSinceTaken({ objects }: Pick<Store, "objects">, taken: string): Promise<Problem> {
  await objects.remove(taken);
  return fileErased();
}

function fileErased(): Problem {
  return conflict("The file was removed because a patron in it was erased meanwhile. Send it again.");
}
