import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
let folder: string;

beforeAll(async () => {
  await mkdir(join(root, ".cache"), { recursive: true });
  folder = await mkdtemp(join(root, ".cache", "no-dom-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** What the compiler says of a file that is compiled as functions and infra are, or as the console is. */
async function compiled(config: string, text: string): Promise<string> {
  const settings = { extends: join(root, config), files: ["probe.ts"], include: [], exclude: [] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(settings));
  await writeFile(join(folder, "probe.ts"), text);
  const tsc = join(root, "node_modules", ".bin", "tsc");
  try {
    return (await promisify(execFile)(tsc, ["--noEmit", "--pretty", "false", "-p", folder])).stdout;
  } catch (error) {
    if (error instanceof Error && "stdout" in error) return String(error.stdout);
    throw error;
  }
}

const ofTheBrowser = "export const title = document.title;\n";

test("what runs on Lambda cannot name what only a browser has", async () => {
  expect(await compiled("tsconfig.json", "export const answer = new Response(process.title);\n")).toBe("");
  expect(await compiled("tsconfig.json", ofTheBrowser)).toMatch(/Cannot find name 'document'/);
});

test("the console can", async () => {
  expect(await compiled("console/tsconfig.json", ofTheBrowser)).toBe("");
});

test("every file of functions and infra is compiled that way", async () => {
  const tsc = join(root, "node_modules", ".bin", "tsc");
  const { stdout } = await promisify(execFile)(tsc, ["--listFilesOnly", "-p", root], { maxBuffer: 2 ** 24 });
  const compiledFiles = new Set(stdout.split("\n").map((line) => line.trim()));
  const { stdout: kept } = await promisify(execFile)("git", ["ls-files", "functions/*.ts", "infra/*.ts"], {
    cwd: root,
  });
  const files = kept.trim().split("\n");
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => !compiledFiles.has(join(root, file)))).toEqual([]);
});
