import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Journal, readJournal } from "./journal.ts";
import { type ChildEnd, collectMapRun, type MapRunFinish, type MapRunHead } from "./map-run-lines.ts";

/**
 * One map run: which children have ended, and how. Its journal gets one short line for each child, written at once
 * but not waited for: a child whose line is lost runs again, as AWS may run it twice.
 */
export class MapRun {
  readonly head: MapRunHead;
  readonly #journal: Journal;
  /** Starts (epoch milliseconds) of the children at work, by item. */
  readonly running = new Map<number, number>();
  readonly #ended: Set<number>;
  readonly counts: { total: number; succeeded: number; failed: number; timedOut: number; aborted: number };
  /** Outputs of the children that succeeded, by item; only kept where the Map's result is. */
  readonly outputs = new Map<number, unknown>();

  private constructor(head: MapRunHead, journal: Journal, ends: readonly ChildEnd[]) {
    this.head = head;
    this.#journal = journal;
    this.#ended = new Set(ends.map(({ child }) => child));
    this.counts = { total: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 };
    for (const end of ends) this.#count(end);
  }

  static async create(path: string, head: MapRunHead): Promise<MapRun> {
    return new MapRun(head, await Journal.create(path, { head }), []);
  }

  /** Opens the map run that an earlier process began; begins it anew where its journal did not come to disk. */
  static async reopen(path: string, head: MapRunHead): Promise<MapRun> {
    const lines = existsSync(path) ? await readJournal(path) : [];
    if (lines.length === 0) {
      await rm(path, { force: true });
      return MapRun.create(path, head);
    }
    const before = collectMapRun(lines);
    return new MapRun(before.head, await Journal.reopen(path), before.ends);
  }

  hasEnded(child: number): boolean {
    return this.#ended.has(child);
  }

  end(end: ChildEnd): void {
    this.running.delete(end.child);
    this.#ended.add(end.child);
    this.#count(end);
    this.#journal.append({ end });
  }

  /** Writes how the whole run ended. That need not be on disk: the execution would find out again. */
  async finish(status: MapRunFinish["status"], stopped: number): Promise<void> {
    this.#journal.append({ finish: { status, stopped, total: this.counts.total } });
    await this.#journal.close();
  }

  /** Leaves the run as it is, for another process to go on with. */
  async leave(): Promise<void> {
    await this.#journal.close();
  }

  #count(end: ChildEnd): void {
    if (end.status === "SUCCEEDED") {
      this.counts.succeeded += 1;
      if (end.output !== undefined) this.outputs.set(end.child, end.output);
    } else if (end.status === "TIMED_OUT") this.counts.timedOut += 1;
    else if (end.status === "ABORTED") this.counts.aborted += 1;
    else this.counts.failed += 1;
  }
}
