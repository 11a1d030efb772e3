import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ExecutionSummary, readSummary } from "./execution-log.ts";

/** Folders of a machine's journals, which are there from the first start on. */
export const journalFolders = (machine: string) => [join(machine, "executions"), join(machine, "map-runs")];

/** Where the journals are: `<directory>/<machine>/executions/<name>.jsonl` and `.../map-runs/<id>.jsonl`. */
export class Store {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async open(machine: string): Promise<void> {
    for (const folder of journalFolders(machine)) await mkdir(join(this.#directory, folder), { recursive: true });
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
    for (const file of await readdir(folder)) {
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
