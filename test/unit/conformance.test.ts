import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const rows = [
  ...readFileSync(join(root, "docs", "accessibility.md"), "utf8").matchAll(
    /^\| (\d\.\d\.\d+) .+ \| (A|AA) \| (.+?) \| (.*) \| (.*) \|$/gm,
  ),
].map(([, criterion = "", level = "", conformance = "", , shown = ""]) => ({ criterion, level, conformance, shown }));

test("the report of conformance has a row for every criterion of WCAG 2.2, levels A and AA", () => {
  expect(new Set(rows.map(({ criterion }) => criterion)).size).toBe(rows.length);
  expect(rows.filter(({ level }) => level === "A")).toHaveLength(31);
  expect(rows.filter(({ level }) => level === "AA")).toHaveLength(24);
});

test("each row that says something applies names tests that there are", () => {
  for (const { criterion, conformance, shown } of rows) {
    if (conformance === "Not applicable") {
      expect(shown, criterion).toBe("");
      continue;
    }
    for (const one of shown.split("; ")) {
      const [, file = "", title = ""] = /^`([a-z-]+\.test\.ts)`: (.+)$/.exec(one) ?? [];
      expect(readFileSync(join(root, "test", "console", file), "utf8"), criterion).toContain(title);
    }
  }
});
