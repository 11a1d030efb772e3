import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { month } from "../../bench/month.ts";

test("what a month costs stands in the guide as it follows from the metered work and the prices, within a tenth", async () => {
  const guide = await readFile(resolve(import.meta.dirname, "../../../docs/operating.md"), "utf8");
  const [, chapter = ""] = guide.split(/^## What it costs$/m);
  const rows = await month();
  expect(rows.length).toBeGreaterThan(10);
  for (const { what, dollars } of rows) {
    // Where it says otherwise: `node test/bench/month.ts` writes the table anew.
    const told = Number(new RegExp(`^\\| ${what} \\| ([\\d.]+) \\|$`, "m").exec(chapter)?.[1]);
    expect(Math.abs(told - dollars), what).toBeLessThan(Math.max(0.1, dollars / 10));
  }
});
