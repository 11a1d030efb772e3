import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const functions = resolve(import.meta.dirname, "../../functions");
const files = readdirSync(functions, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));

/** Where functions do by hand what the ground does for all of them. */
function found(pattern: RegExp, home: string): string[] {
  return files.filter((path) => path !== home && pattern.test(readFileSync(join(functions, path), "utf8")));
}

test("functions go side by side through the ground alone, which waits for all that was begun", () => {
  expect(files.length).toBeGreaterThan(100);
  expect(found(/Promise\.all\b|\{ concurrency:/, join("platform", "side-by-side.ts"))).toEqual([]);
});

test("lists are cut in one place", () => {
  expect(found(/\.slice\((\w+), \1 \+ \w+\)/, join("platform", "slices.ts"))).toEqual([]);
});

test("waiting before another try has one home", () => {
  expect(found(/setTimeout|Math\.random\(\) \*/, join("platform", "pause.ts"))).toEqual([]);
});

test("functions ask for the time of day in one place, which tests move", () => {
  expect(found(/new Date\(\)/, join("platform", "clock.ts"))).toEqual([]);
});

test("clients of the SDK wait for an answer as long as they are told to, in one place", () => {
  expect(found(/NodeHttpHandler/, join("platform", "answer-limit.ts"))).toEqual([]);
  expect(found(/new \w+Client\((\{\}|\{(?![^}]*(requestHandler|\.\.\.))[^}]*\})?\)/, "")).toEqual([]);
});

test("items of the table are read in one place, which looks at their format first", () => {
  const home = join("records", "store", "format.ts");
  expect(found(/[sS]chema\.(safeP|p)arse\((item|\w*\.Item)\)|\.parse\(await [\w.]*table\.get/, home)).toEqual([]);
  expect(found(/readItem\(/, home).length).toBeGreaterThan(10);
});

test("what a class keeps to itself has a name with #, which nobody can read past the types", () => {
  const root = resolve(functions, "..");
  const sources = ["console", "functions", "infra", "test"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => join(folder, path)),
  );
  expect(sources.length).toBeGreaterThan(300);
  // A constructor has no such name.
  const spelled = /^\s+(private|protected) (?!constructor\b)/m;
  expect(sources.filter((path) => spelled.test(readFileSync(join(root, path), "utf8")))).toEqual([]);
});

test("decisions are numbered one after the other, dated, and stand in the index", () => {
  const folder = resolve(functions, "../docs/adr");
  const index = readFileSync(join(folder, "README.md"), "utf8");
  const decisions = readdirSync(folder)
    .filter((name) => name !== "README.md")
    .sort();
  expect(decisions.length).toBeGreaterThan(10);
  for (const [place, name] of decisions.entries()) {
    const number = place + 1;
    const [title = "", , day = ""] = readFileSync(join(folder, name), "utf8").split("\n");
    expect(name).toMatch(new RegExp(`^${String(number).padStart(4, "0")}-[a-z0-9-]+\\.md$`));
    expect(title).toMatch(new RegExp(`^# ${number}\\. `));
    expect(day).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(index).toContain(`| [${number}](${name}) | ${title.slice(`# ${number}. `.length)} | ${day} |`);
  }
});
