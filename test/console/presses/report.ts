import { cpus, loadavg, totalmem } from "node:os";
import { median } from "#test/bench/row";
import type { Answer } from "./press-watch.ts";

/** A kind of press, and how each of it was answered. */
export interface Act {
  readonly name: string;
  readonly answers: readonly Answer[];
}

/** Milliseconds in which a press is to be answered. */
const reach = 100;

export function pressesTable(acts: readonly Act[]): string {
  const rows = acts.map(({ name, answers }) => {
    const painted = answers.map((it) => it.painted);
    const cells = [
      name,
      answers.length,
      median(painted),
      Math.max(...painted),
      Math.max(...answers.map(({ busy }) => busy)),
      median(answers.map(({ there }) => there)),
    ].map((cell) => (typeof cell === "number" ? Math.round(cell).toLocaleString("en") : cell));
    return `| ${cells.join(" | ")} | ${median(painted) <= reach ? "ok" : "NOT REACHED"} |`;
  });
  return [
    "| press | times | answered, median | answered, worst | longest task | there, median | |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

export function pressesDocument(patrons: number, acts: readonly Act[], at: Date): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown processor"}), ${Math.round(totalmem() / 2 ** 30)} GiB, at a load of ${(loadavg()[0] ?? 0).toFixed(1)}`;
  return [
    "# How quickly the console answers",
    "Written by `npm run presses`; change that, not this file.",
    `${at.toISOString().slice(0, 10)}, ${machine}, Node ${process.versions.node}. The whole job in a headless Chromium without a graphics card, beside the product on the same machine, with a library of ${patrons.toLocaleString("en")} patrons who are all in the query set and in the batch update. All figures are milliseconds. A press is answered at the next painting after it (Event Timing, to the nearest 8; 16 also stands for less), which is to be within ${reach} at the median; the worst one is also what else the machine did, for product, database and browser share it. The longest task is the longest time in which another press would have had to wait, until what was asked for was there. Until it is there, requests to the product come on top. A load above the number of cores says that other work went on beside it, which makes every figure larger.`,
    pressesTable(acts),
  ]
    .join("\n\n")
    .concat("\n");
}
