import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { monthTable } from "../../bench/month.ts";

test("what a month costs stands in the guide as it follows from the metered work and the prices", async () => {
  const guide = await readFile(resolve(import.meta.dirname, "../../../docs/operating.md"), "utf8");
  expect(guide).toContain(await monthTable());
});
