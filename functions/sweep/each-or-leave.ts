import type { LibraryId } from "#domain/ids";
import { logged } from "#platform/cause";
import { logger } from "#platform/logger";

/** Works on what is open, one after the other. One that fails is told and left to the sweep: it holds up no other. */
export async function eachOrLeave<Open extends { readonly library: LibraryId; readonly id: string }>(
  all: readonly Open[],
  failure: string,
  work: (open: Open) => Promise<void>,
): Promise<void> {
  for (const open of all) {
    try {
      await work(open);
    } catch (error) {
      const { library, id } = open;
      logger.error(`${failure}; the sweep will`, { library, id, ...logged(error) });
    }
  }
}
