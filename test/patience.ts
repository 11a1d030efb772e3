/**
 * For `vi.waitFor` and `vi.waitUntil`, whose own second is too short on a machine that is busy with other things. What
 * does come is not waited for any longer by it.
 */
export const patience = { timeout: 120_000, interval: 10 };

/** Milliseconds of processor time that this process spends on some work: what else the machine does is not in it. */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
