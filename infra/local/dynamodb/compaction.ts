import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { exists } from "../data-dir.ts";
import { writeKept } from "../kept-file.ts";

/** Milliseconds without work that erases, after which the file is written anew. */
const quiet = 1000;

const noteIn = (directory: string) => join(directory, "to-compact.json");
export const databaseIn = (directory: string) => join(directory, "dynamodb.sqlite");

/** What was erased stands in the engine's files until its place is needed again; see {@link openCompaction}. */
export interface Compaction {
  /** Does work that may erase. Where it deleted something, the file is written anew soon after. */
  around<T>(work: () => Promise<T>): Promise<T>;
  /** Ends; what is not done yet is done at the next start. */
  close(): Promise<void>;
}

/**
 * Sees to it that what is erased is erased from the engine's files: says in the folder that it is about to be, before the
 * work begins, and writes the file anew when the work has ended. Whatever comes in between, the next start finds the note.
 *
 * @param engine.watchDeletions counts what is deleted from now on
 * @param engine.pause has the engine do nothing meanwhile
 */
export function openCompaction(
  directory: string,
  engine: { watchDeletions(): () => number; pause<T>(work: () => Promise<T>): Promise<T> },
  say: (sentence: string) => void,
): Compaction {
  const note = noteIn(directory);
  let atWork = 0;
  let hasErased = false;
  /** Whether the note was written here: one from before tells of something else. */
  let isOurs = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  /** One after the other: a note is not taken away while another piece of work writes it. */
  let notes: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => {
    notes = notes.then(work, work);
    return notes;
  };

  const compact = async () => {
    try {
      await engine.pause(async () => await inThread(databaseIn(directory)));
      // What began meanwhile may have deleted before the file was written anew, or may delete after it.
      await inTurn(async () => {
        if (atWork > 0 || timer !== undefined) return;
        await rm(note, { force: true });
        hasErased = false;
      });
    } catch (error) {
      say(
        `What was erased still stands in the file of the DynamoDB engine: it could not be written anew (${String(error)}). The next start tries again.`,
      );
    }
  };

  return {
    async around(work) {
      clearTimeout(timer);
      timer = undefined;
      atWork += 1;
      const deletions = engine.watchDeletions();
      try {
        await inTurn(async () => {
          if (await exists(note)) return;
          await writeKept(note, { since: new Date().toISOString() });
          isOurs = true;
        });
        return await work();
      } finally {
        atWork -= 1;
        if (deletions() > 0) hasErased = true;
        if (atWork === 0) {
          clearTimeout(timer);
          timer = setTimeout(() => {
            timer = undefined;
            if (hasErased || !isOurs) running = running.then(compact);
            else void inTurn(async () => (atWork === 0 ? await rm(note, { force: true }) : undefined));
          }, quiet).unref();
        }
      }
    },
    async close() {
      clearTimeout(timer);
      await running;
      await notes.catch(() => undefined);
    },
  };
}

/**
 * Writes the file anew where something was erased and the product ended before that was done. No engine may have it open.
 *
 * @returns whether it was done
 */
export async function compactWhereAsked(directory: string): Promise<boolean> {
  if (!(await exists(noteIn(directory)))) return false;
  if (await exists(databaseIn(directory))) await inThread(databaseIn(directory));
  await rm(noteIn(directory), { force: true });
  return true;
}

async function inThread(file: string): Promise<void> {
  const worker = new Worker(new URL("./compact-file.ts", import.meta.url), { workerData: file });
  // An error in it is thrown here.
  await once(worker, "exit");
}
