import type { Store } from "./store.ts";

/** Bytes of a file that is taken. */
export const longestUpload = 2 * 1024 ** 3;

/** What became of a file that was sent: ABSENT where none is there, TOO_LARGE where it was larger than may be, and is gone. */
export type TakenUpload = "TAKEN" | "ABSENT" | "TOO_LARGE";

/**
 * Takes the file that was sent to a link, as it is now, by copying it to a key that no link reaches: the link is good for
 * longer, and what comes by it later must change nothing.
 *
 * @param from where the link sends to
 * @param to its own for each request, so that of two requests the one that starts the job has its own file
 */
export async function takeUpload(
  { objects }: Pick<Store, "objects">,
  from: string,
  to: string,
  longest = longestUpload,
): Promise<TakenUpload> {
  for (;;) {
    const upload = await objects.describe(from);
    if (upload === undefined) return "ABSENT";
    if (upload.bytes > longest) {
      await objects.remove(from);
      return "TOO_LARGE";
    }
    // Not the one that was measured any more: another one was sent at this moment.
    if (await objects.copy(from, to, upload.etag)) return "TAKEN";
  }
}
