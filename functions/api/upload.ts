import { longestUpload, type TakenUpload } from "#records/store/uploads";
import { conflict, Problem } from "./problem.ts";

const gigabytes = longestUpload / 1024 ** 3;

/** The answer to a start whose file is not there, or is larger than may be. */
export function requireTaken(taken: TakenUpload): void {
  if (taken === "ABSENT") throw conflict("The file is not there yet. Send it to the upload's url first.");
  if (taken === "TOO_LARGE") {
    throw new Problem(
      "TOO_LARGE",
      `The file is larger than ${gigabytes} GB and was removed. Split it, and send the parts.`,
    );
  }
}
