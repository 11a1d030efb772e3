import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** Folders that hold what was made, not what it was made from. */
const made = new Set(["node_modules", "dist", ".cache", "cdk.out"]);

/** A digest over the contents of files and folders, so that what was made from them is made again only after a change. */
export async function digestOf(paths: readonly string[], without: readonly string[] = []): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) await addTo(hash, path, new Set(without));
  return hash.digest("hex");
}

async function addTo(hash: ReturnType<typeof createHash>, path: string, without: ReadonlySet<string>): Promise<void> {
  if (without.has(path)) return;
  if ((await stat(path)).isDirectory()) {
    for (const name of (await readdir(path)).sort()) {
      if (!made.has(name)) await addTo(hash, join(path, name), without);
    }
    return;
  }
  const content = await readFile(path);
  hash.update(`${path}\0${content.length}\0`).update(content);
}
