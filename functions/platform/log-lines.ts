import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { readEnvironment } from "./environment.ts";

/** Lines of one answer: the last ones, where there are more. */
const mostLines = 1000;

/** Milliseconds after its end in which the last lines of a job are still written. */
const lateness = 5_000;

const logEnvironment = { LOG_FOLDER: z.string().optional() };

const lineSchema = z.looseObject({ timestamp: z.string(), job: z.string().optional() });

/** Whose lines, and of which time: both ends included, and a moment more. */
export interface WantedLines {
  readonly job: string;
  readonly from: Date;
  readonly to: Date;
}

export type LogLines = (wanted: WantedLines) => Promise<string[]>;

/**
 * Reads lines of the log, in their order; undefined where they are not at hand. One machine alone names its folder: in the
 * cloud CloudWatch lets five such reads a second through for the whole account, so there the link leads to them.
 */
export function openLogLines(): LogLines | undefined {
  const folder = readEnvironment(logEnvironment).LOG_FOLDER;
  return folder === undefined ? undefined : async (wanted) => await readLines(folder, wanted);
}

async function readLines(folder: string, { job, from, to }: WantedLines): Promise<string[]> {
  const found: { at: string; line: string }[] = [];
  const [first, last] = [from.toISOString(), new Date(to.getTime() + lateness).toISOString()];
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".log")) continue;
    for await (const line of createInterface({ input: createReadStream(join(folder, name)) })) {
      if (!line.includes(job)) continue;
      const read = readLine(line);
      if (read?.job === job && read.timestamp >= first && read.timestamp <= last)
        found.push({ at: read.timestamp, line });
    }
  }
  found.sort((a, b) => (a.at < b.at ? -1 : 1));
  return found.slice(-mostLines).map(({ line }) => line);
}

/** Undefined for what the runtime itself says, and for a line that is still being written. */
function readLine(line: string) {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
