import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Which of our folders each may import from, beside itself. Anything not listed is refused. */
const allowed: Record<string, readonly string[]> = {
  "functions/domain": [],
  "functions/platform": [],
  "functions/contract": ["functions/domain"],
  "functions/records": ["functions/domain", "functions/platform"],
  "functions/workflows": ["functions/records", "functions/domain", "functions/platform"],
  "functions/batch-manager": ["functions/records", "functions/domain", "functions/platform"],
  functions: [
    "functions/contract",
    "functions/workflows",
    "functions/batch-manager",
    "functions/records",
    "functions/domain",
    "functions/platform",
  ],
  // The glossary is what stands beside fields as help: its text is read, not copied.
  console: ["functions/contract", "functions/domain", "docs"],
  infra: [
    "functions/domain",
    "functions/records",
    "functions/platform",
    "functions/workflows",
    "functions/batch-manager",
    "console",
  ],
};

const subpaths: Record<string, string> = {
  "#contract/": "functions/contract/",
  "#domain/": "functions/domain/",
  "#records/": "functions/records/",
  "#platform/": "functions/platform/",
  "#workflows/": "functions/workflows/",
  "#batch-manager/": "functions/batch-manager/",
  "#infra/": "infra/",
  "#test/": "test/",
};

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "dist" ? [] : filesUnder(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

/** The part of the house a file is in: a deployable's folder, or the first of the listed ones. */
function partOf(path: string): string {
  const [first = "", second = ""] = path.split("/");
  return first === "functions" ? `functions/${second}` : first;
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].flatMap(([, name = ""]) => {
    const subpath = Object.keys(subpaths).find((one) => name.startsWith(one));
    if (subpath !== undefined) return [subpaths[subpath] + name.slice(subpath.length)];
    return name.startsWith(".") ? [relative(root, resolve(root, dirname(path), name))] : [];
  });
}

function wrongImports(path: string): string[] {
  const part = partOf(path);
  const mayUse = allowed[part] ?? allowed[part.split("/")[0] ?? ""] ?? [];
  return importsOf(path)
    .filter((target) => partOf(target) !== part && !mayUse.includes(partOf(target)))
    .map((target) => `${path} imports ${target}`);
}

test.each(["functions", "console", "infra"])(
  "imports of %s point one way: to workflows and the batch manager, to records, then to the domain and the ground",
  (folder) => {
    const files = filesUnder(folder);
    expect(files.length).toBeGreaterThan(10);
    expect(files.flatMap(wrongImports)).toEqual([]);
  },
);

test("the domain knows neither AWS nor the clock nor chance", () => {
  // Of Node it may use what is pure: streams, buffers, hashes.
  const forbidden = /@aws-sdk|node:(?!stream|buffer|crypto)|Date\.now|new Date\(\)|Math\.random|random[A-Z]|process\./;
  const found = filesUnder("functions/domain").filter((path) => forbidden.test(readFileSync(join(root, path), "utf8")));
  expect(found).toEqual([]);
});
