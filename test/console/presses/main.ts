import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "#infra/bundles";
import { openBed } from "#test/bench/bed";
import { seedPatrons } from "#test/bench/patrons";
import { openBrowser, visit } from "../browser.ts";
import { type Act, pressesDocument, pressesTable } from "./report.ts";
import { wholeJob } from "./whole-job.ts";

/**
 * Measures how long the console takes to answer presses in the whole job with a large library.
 *
 *   npm run presses                       100,000 patrons; writes docs/presses.md
 *   npm run presses -- --patrons 5000     as many; prints the figures and writes nothing
 *   npm run presses -- --data FOLDER      keeps the library there, and goes on with one that is there
 */
const full = 100_000;
const file = join(root, "docs", "presses.md");
const { values } = parseArgs({
  options: { patrons: { type: "string", default: String(full) }, data: { type: "string" } },
});
const patrons = Number(values.patrons);
const { data } = values;
const isThere = data !== undefined && existsSync(join(data, "product.json"));
if (data !== undefined) await mkdir(data, { recursive: true });

const say = (text: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
const bed = await openBed("files", data === undefined ? {} : { dataDir: data });
try {
  if (!isThere) {
    say(`seeding ${patrons} patrons`);
    await seedPatrons(bed, "piedmont", { count: patrons, titles: 1000, withReading: 0 });
  }
  const browser = await openBrowser();
  try {
    const visitor = await visit(browser, bed.product.url, { width: 1440 });
    let measured: readonly Act[] = [];
    await wholeJob(visitor, bed.product.url, async (acts, news) => {
      say(news);
      measured = acts;
      // What breaks off later has shown this much.
      if (patrons === full) await writeFile(file, pressesDocument(patrons, acts, new Date()));
    });
    if (visitor.faults.length > 0) throw new Error(visitor.faults.join("\n"));
    process.stdout.write(`${pressesTable(measured)}\n`);
  } finally {
    await browser.close();
  }
} finally {
  await (data === undefined ? bed.close() : bed.product.stop());
}
process.exit(0);
