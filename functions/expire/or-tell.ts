import { logged } from "#platform/cause";
import { logger } from "#platform/logger";
import { count } from "#platform/thread";

/** One that fails does not hold up the others: it is tried again by the next call. */
export async function orTell(subject: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    count({ expiryErrors: 1 });
    logger.error("Something that is over could not be deleted", { subject, ...logged(error) });
  }
}
