import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "#infra/bundles";
import { type Bed, type EngineKind, openBed } from "./bed.ts";
import { importFile, seedPatrons, titleLines } from "./patrons.ts";
import { benchmarksDocument, costSection, largeSection, rowsTable } from "./report.ts";
import type { Row } from "./row.ts";
import { applyingRows } from "./rows/applying.ts";
import { type Costs, costingRows, measureCosts } from "./rows/costing.ts";
import { fillingRow } from "./rows/filling.ts";
import { growingRows } from "./rows/growing.ts";
import { type LargeLibrary, memoryRow, runLargeLibrary } from "./rows/large-library.ts";
import { queryingRow } from "./rows/querying.ts";
import { startingRows } from "./rows/starting.ts";
import { fullSizes, quickSizes } from "./sizes.ts";

/**
 * Measures the product beside what would be used instead of it.
 *
 *   npm run bench                      everything; writes docs/benchmarks.md
 *   npm run bench -- --quick           the same ratios on little data
 *   npm run bench -- --json FILE       writes the rows to a file as well
 *   npm run bench -- --only apply,fill some parts: start, apply, query, fill, growth, files, cost, memory
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

if (["apply", "query", "fill", "growth"].some(isWanted)) {
  await onBed("memory", async (bed) => {
    const [fewer, more] = sizes.queries;
    say(`seeding ${fewer} and ${more} patrons`);
    await importFile(bed, "piedmont", "titles", titleLines());
    const ids = await seedPatrons(bed, "piedmont", more);
    if (isWanted("query")) await seedPatrons(bed, "lakeshore", fewer);
    await measure("apply", () => applyingRows(bed, "memory", ids.slice(0, sizes.update), sizes.rounds));
    await measure("query", async () => [
      await queryingRow(bed, "lakeshore", fewer, sizes.rounds),
      await queryingRow(bed, "piedmont", more, sizes.rounds),
    ]);
    await measure("fill", () => fillingRow(bed, ids.slice(0, sizes.queues), sizes.rounds));
    await measure("growth", () => growingRows(bed, ids, sizes.growth, sizes.rounds));
  });
}
if (isWanted("files")) {
  await onBed("files", async (bed) => {
    const ids = await seedPatrons(bed, "piedmont", Math.ceil(sizes.updateOnFiles * 1.2));
    await measure("files", () => applyingRows(bed, "files", ids.slice(0, sizes.updateOnFiles), sizes.rounds));
  });
}
await measure("cost", async () => {
  costs = await measureCosts(sizes.cost);
  return costingRows(costs);
});
await measure("memory", async () => {
  const [fewer, more] = sizes.memory;
  const small = await runLargeLibrary(fewer, { quick: values.quick });
  large = await runLargeLibrary(more, { quick: values.quick });
  return memoryRow(small, large);
});
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
