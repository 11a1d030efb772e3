import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "#infra/bundles";
import { type Bed, type EngineKind, openBed } from "./bed.ts";
import { importFile, seedPatrons, titleLines } from "./patrons.ts";
import { benchmarksDocument, costSection, largeSection, rowsTable } from "./report.ts";
import type { Row } from "./row.ts";
import { answeringRows } from "./rows/answering.ts";
import { applyingRows } from "./rows/applying.ts";
import { type Costs, costingRows, measureCosts } from "./rows/costing.ts";
import { erasingRow } from "./rows/erasing.ts";
import { fillingRow } from "./rows/filling.ts";
import { growingRows } from "./rows/growing.ts";
import { type LargeLibrary, memoryRow, runLargeLibrary } from "./rows/large-library.ts";
import { fairnessRow, overloadRows } from "./rows/overload.ts";
import { queryingRow } from "./rows/querying.ts";
import { startingRows } from "./rows/starting.ts";
import { fullSizes, quickSizes } from "./sizes.ts";

/**
 * Measures the product beside what would be used instead of it.
 *
 *   npm run bench                      everything; writes docs/benchmarks.md
 *   npm run bench -- --quick           the same ratios on little data
 *   npm run bench -- --json FILE       writes the rows to a file as well
 *   npm run bench -- --only apply,fill some parts: start, apply, query, fill, api, growth, overload, fairness, files,
 *                                      erase, cost, memory
 */
const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, json: { type: "string" }, only: { type: "string" } },
});
const sizes = values.quick ? quickSizes : fullSizes;
const only = values.only?.split(",");
const isWanted = (part: string) => only === undefined || only.includes(part);

const rows: Row[] = [];
let costs: Costs[] = [];
let large: LargeLibrary | undefined;

function say(text: string): void {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

async function measure(part: string, work: () => Promise<Row | readonly Row[]>): Promise<void> {
  if (!isWanted(part)) return;
  say(part);
  const found = [await work()].flat();
  for (const { name, against, ratio, ok } of found) {
    say(`  ${name}, against ${against}: ${ratio.toFixed(2)}${ok ? "" : ", not reached"}`);
  }
  rows.push(...found);
}

async function onBed(engine: EngineKind, work: (bed: Bed) => Promise<void>): Promise<void> {
  const bed = await openBed(engine);
  try {
    await work(bed);
  } finally {
    await bed.close();
  }
}

if (["apply", "query", "fill", "api", "growth"].some(isWanted)) {
  await onBed("memory", async (bed) => {
    const { library, smallLibrary, titles } = sizes;
    say(`seeding ${library} patrons`);
    await importFile(bed, "piedmont", "titles", titleLines(titles));
    const ids = await seedPatrons(bed, "piedmont", { count: library, titles, withReading: sizes.queues });
    await measure("apply", () => applyingRows(bed, "memory", ids.slice(0, sizes.update), sizes.rounds));
    await measure("query", async () => {
      const found = [await queryingRow(bed, "piedmont", library, sizes.rounds)];
      if (smallLibrary === undefined) return found;
      await seedPatrons(bed, "lakeshore", { count: smallLibrary, titles, withReading: 0 });
      return [await queryingRow(bed, "lakeshore", smallLibrary, sizes.rounds), ...found];
    });
    await measure("fill", () => fillingRow(bed, ids.slice(0, sizes.queues), sizes.rounds));
    await measure("api", () => answeringRows(bed, ids, sizes.rounds));
    await measure("growth", () => growingRows(bed, ids, sizes.growth, sizes));
  });
}
if (["overload", "fairness"].some(isWanted)) {
  await onBed("memory", async (bed) => {
    const { titles } = sizes;
    await seedPatrons(bed, "piedmont", { count: sizes.flooding, titles, withReading: 0 });
    await importFile(bed, "lakeshore", "titles", titleLines(titles));
    await seedPatrons(bed, "lakeshore", { count: sizes.queues, titles });
    await measure("overload", () => overloadRows(bed));
    await measure("fairness", () => fairnessRow(bed, sizes.rounds));
  });
}
const { updateOnFiles } = sizes;
if (updateOnFiles !== undefined && isWanted("files")) {
  await onBed("files", async (bed) => {
    const count = Math.ceil(updateOnFiles * 1.2);
    const ids = await seedPatrons(bed, "piedmont", { count, titles: sizes.titles, withReading: 0 });
    await measure("files", () => applyingRows(bed, "files", ids.slice(0, updateOnFiles), sizes.rounds));
  });
}
if (isWanted("erase")) {
  await onBed("files", async (bed) => {
    const { titles, erasing: count } = sizes;
    const ids = await seedPatrons(bed, "piedmont", { count, titles });
    await measure("erase", () => erasingRow(bed, ids, count));
  });
}
const cost = () =>
  measure("cost", async () => {
    costs = await measureCosts(sizes);
    return costingRows(costs);
  });
const memory = () =>
  measure("memory", async () => {
    const [fewer, more] = sizes.memory;
    const run = (count: number) => runLargeLibrary({ count, titles: sizes.titles }, { quick: values.quick });
    const small = await run(fewer);
    large = await run(more);
    return memoryRow(small, large);
  });
// Neither is about time: where there is little of it, they take each other's.
if (values.quick) await Promise.all([cost(), memory()]);
else {
  await cost();
  await memory();
}
if (!values.quick) await measure("start", startingRows);

process.stdout.write(`${rowsTable(rows)}\n`);
if (costs.length > 0) process.stdout.write(`\n${costSection(costs)}\n`);
if (large !== undefined) process.stdout.write(`\n${largeSection(large)}\n`);
if (values.json !== undefined) {
  const plain = rows.map(({ name, unit, ours, other, ratio, reach, ok, against, direction, spread }) => ({
    name,
    unit,
    ours,
    other,
    ratio,
    reach: reach ?? null,
    ok,
    against,
    direction,
    ...(spread !== undefined && { spread }),
  }));
  await writeFile(values.json, `${JSON.stringify(plain, undefined, 2)}\n`);
}
if (!values.quick && only === undefined) {
  const document = await benchmarksDocument({ rows, costs, large, rounds: sizes.rounds }, new Date());
  await writeFile(join(root, "docs", "benchmarks.md"), document);
}
process.exit(rows.every(({ ok }) => ok) ? 0 : 1);
