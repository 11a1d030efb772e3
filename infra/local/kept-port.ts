/**
 * Listens where links given out before a restart lead to: on the wanted port, else on the one kept in DATA_DIR. Where
 * another program has taken that one meanwhile, it says so and takes any free one.
 */
export async function onKeptPort<Server>(
  who: string,
  wanted: number,
  kept: number | undefined,
  say: (sentence: string) => void,
  listen: (port: number) => Promise<Server>,
): Promise<Server> {
  if (wanted !== 0 || kept === undefined) return await listen(wanted);
  try {
    return await listen(kept);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    say(`Port ${kept} of ${who} cannot be taken again; another one is. ${reason}`);
    return await listen(0);
  }
}
