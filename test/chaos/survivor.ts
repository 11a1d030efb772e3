import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { FaultLayer } from "#test/faults/layer";
import { type Job, jobs } from "#test/job";
import { type RunningProduct, startProduct } from "#test/product";

/** A product that is started again in the same folder whenever it was killed. */
export interface Survivor {
  readonly restarts: number;
  /** @param everything whether its children die in the same moment */
  kill(everything: boolean): void;
  /** The product as it runs; waits while it is being started again. */
  running(): Promise<RunningProduct>;
  /** Asks until there is an answer, whatever dies meanwhile. */
  ask<T>(question: (job: Job) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

/** Milliseconds after which somebody should look why there is no answer. */
const longestSilence = 240_000;

export async function startSurvivor(faults: FaultLayer): Promise<Survivor> {
  const { environment } = faults;
  const first = await startProduct({ environment });
  const { dataDir } = first;
  let product = Promise.resolve(first);
  let restarts = 0;
  return {
    get restarts() {
      return restarts;
    },
    kill(everything) {
      restarts++;
      product = product.then(async (dying) => {
        const children = everything ? await childrenOf(dying.process.pid) : [];
        const ended = dying.kill();
        for (const pid of children) kill(pid);
        await ended;
        return await startProduct({ dataDir, environment });
      });
    },
    running: () => product,
    async ask(question) {
      const started = Date.now();
      for (;;) {
        try {
          return await question(jobs(await product));
        } catch (error) {
          if (Date.now() - started > longestSilence) throw error;
          await wait(100);
        }
      }
    },
    async remove() {
      await (await product).remove();
    },
  };
}

/** Processes that a product started; none where the machine does not say. */
async function childrenOf(pid: number | undefined): Promise<number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return listed.split(" ").filter(Boolean).map(Number);
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
