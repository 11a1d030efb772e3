import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./bundles.ts";
import { digestOf } from "./source-digest.ts";

/** Where the built console lies. */
export const consoleBuild = join(root, "console", "dist");

/** Builds the console, unless what lies there was built from the same sources; does nothing while there is no console. */
export async function buildConsole(): Promise<void> {
  if (!existsSync(join(root, "console", "index.html"))) return;
  const mark = join(consoleBuild, ".built-from");
  const digest = await digestOf([
    join(root, "console"),
    join(root, "functions", "domain"),
    join(root, "package-lock.json"),
  ]);
  if (existsSync(mark) && (await readFile(mark, "utf8")) === digest) return;
  const { build } = await import("vite");
  await build({ configFile: join(root, "console", "vite.config.ts"), logLevel: "warn" });
  await writeFile(mark, digest);
}
