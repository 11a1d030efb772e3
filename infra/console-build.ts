import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import { root } from "./bundles.ts";
import { digestOf } from "./source-digest.ts";

/** Where the built console lies. */
export const consoleBuild = join(root, "console", "dist");

const mark = join(consoleBuild, ".built-from");

/** What the console is made from, as a digest; undefined while there is none. */
export async function consoleDigest(): Promise<string | undefined> {
  if (!existsSync(join(root, "console", "index.html"))) return undefined;
  return await digestOf(
    ["console", "docs", "functions/contract", "functions/domain", "package-lock.json"].map((path) => join(root, path)),
  );
}

/** Whether what lies in the build folder was made from these sources. */
export async function isBuilt(digest: string): Promise<boolean> {
  return existsSync(mark) && (await readFile(mark, "utf8")) === digest;
}

/**
 * Builds the console in a process of its own, unless what lies there was built from the same sources.
 *
 * @throws with what the build said, where it fails.
 */
export async function buildConsole(signal?: AbortSignal): Promise<void> {
  const digest = await consoleDigest();
  if (digest === undefined || (await isBuilt(digest))) return;
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const child = spawn(process.execPath, [vite, "build", "--config", join(root, "console", "vite.config.ts")], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal && { signal }),
    env: { ...process.env, NODE_ENV: "production", NO_COLOR: "1" },
  });
  // A build must not slow down a product that is starting beside it.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => {
      said += data.toString();
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
  if (code !== 0) throw new Error(`The console could not be built.\n${said.slice(0, 2000)}`);
  await writeFile(mark, digest);
}
