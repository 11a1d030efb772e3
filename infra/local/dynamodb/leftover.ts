import { readFile, rm } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { describeProcess, endNow } from "../processes.ts";

const record = z.object({ pid: z.number().int().positive(), startedAt: z.string() });

/**
 * Ends the engine that an earlier product left running on the same files, as its record says. Anything else that now has
 * its process id is left alone: it must have the recorded start time, and the data file on its command line.
 */
export async function endLeftover(recordFile: string, dataFile: string): Promise<void> {
  const text = await readFile(recordFile, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const parsed = record.safeParse(parseJson(text));
  if (parsed.success) {
    const { pid, startedAt } = parsed.data;
    const isOurs = async () => {
      const found = await describeProcess(pid);
      return found !== undefined && found.startedAt === startedAt && found.command.includes(dataFile);
    };
    const deadline = Date.now() + 5_000;
    while (await isOurs()) {
      // SQLite's log makes a killed engine's files whole again when they are next opened.
      endNow(pid);
      if (Date.now() > deadline) throw new Error(`The earlier DynamoDB engine (process ${pid}) does not end.`);
      await pause(20);
    }
  }
  await rm(recordFile, { force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
