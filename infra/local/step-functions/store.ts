import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ExecutionSummary, readSummary } from "./execution-log.ts";

/** Where the journals are: `<directory>/<machine>/executions/<name>.jsonl` and `.../map-runs/<id>.jsonl`. */
export class Store {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** A name of an execution is a file name as it is: it holds no slash, and 80 characters of 3 bytes fit. */
  executionFile(machine: string, name: string): string {
    return join(this.#directory, machine, "executions", `${name}.jsonl`);
  }

  mapRunFile(machine: string, id: string): string {
    return join(this.#directory, machine, "map-runs", `${id}.jsonl`);
  }

  /** All executions of a machine, oldest first. A log without a beginning is what a crash left of a start nobody got an answer to: it goes. */
  async executions(machine: string): Promise<ExecutionSummary[]> {
    const folder = join(this.#directory, machine, "executions");
    const found: ExecutionSummary[] = [];
    for (const file of await filesIn(folder)) {
      const summary = await readSummary(join(folder, file));
      if (summary === undefined) await rm(join(folder, file));
      else found.push(summary);
    }
    return found.sort((left, right) => left.started - right.started || (left.name < right.name ? -1 : 1));
  }

  async removeExecution(machine: string, name: string): Promise<void> {
    await rm(this.executionFile(machine, name), { force: true });
  }
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
