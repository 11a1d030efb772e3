import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { root } from "../bundles.ts";
import { buildConsole, consoleDigest, isBuilt } from "../console-build.ts";
import { digestOf } from "../source-digest.ts";
import { holdLock } from "./process-lock.ts";

const cache = join(root, ".cache", "synthesis");
/** Assemblies of earlier sources that are kept, so that going back and forth between two does not make them again. */
const kept = 3;

/** Milliseconds to wait for another process that is making the same. */
const longestBuild = 120_000;

/** What the cloud template is made from. */
const sources = [
  "cdk.json",
  "package-lock.json",
  "tsconfig.json",
  "infra",
  "functions",
  join("console", "views.ts"),
  join("console", "what-ends.ts"),
];

/** What the CDK's command line adds: resources carry the path of the construct that they come from. */
const asByTool = { "aws:cdk:enable-path-metadata": true };

const settingsSchema = z.looseObject({ context: z.record(z.string(), z.unknown()) });

/**
 * Makes the cloud assembly, template and bundles, by running the same app that is deployed; made again only when a source
 * of it has changed.
 *
 * @returns the folder of the assembly.
 * @throws with what the app said, where it fails.
 */
export async function synthesise(signal?: AbortSignal): Promise<string> {
  const digest = await digestOf(
    sources.map((name) => join(root, name)).filter((path) => existsSync(path)),
    [join(root, "infra", "local")],
  );
  const assembly = join(cache, digest);
  if (existsSync(assembly)) return assembly;
  await mkdir(cache, { recursive: true });
  const release = await holdLock(join(cache, "lock.json"), longestBuild, signal);
  try {
    if (!existsSync(assembly)) await runApp(assembly, signal);
  } finally {
    await release();
  }
  return assembly;
}

/** Builds the console where it is not built yet; one process at a time, as they all build into one folder. */
export async function buildConsoleOnce(signal?: AbortSignal): Promise<void> {
  const digest = await consoleDigest();
  if (digest === undefined || (await isBuilt(digest))) return;
  await mkdir(cache, { recursive: true });
  const release = await holdLock(join(cache, "console-lock.json"), longestBuild, signal);
  try {
    await buildConsole(signal);
  } finally {
    await release();
  }
}

async function runApp(assembly: string, signal: AbortSignal | undefined): Promise<void> {
  const { context } = settingsSchema.parse(JSON.parse(await readFile(join(root, "cdk.json"), "utf8")));
  // Under a name of its own until it is whole: a process that was killed half way may have left its own.
  const half = `${assembly}.${process.pid}`;
  const child = spawn(process.execPath, [join(root, "infra", "app.ts")], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: half,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...asByTool }),
      CONSOLE_APART: "yes",
    },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal && { signal }),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (said += data.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
  if (code !== 0) throw new Error(`The cloud template could not be synthesised.\n${said}`);
  await rename(half, assembly);
  await dropOld(assembly);
}

async function dropOld(current: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => /^[0-9a-f]{64}/.test(name)).map((name) => join(cache, name));
  const dated = await Promise.all(names.map(async (path) => ({ path, at: (await stat(path)).mtimeMs })));
  const old = dated
    .filter(({ path }) => path !== current)
    .sort((a, b) => b.at - a.at)
    .slice(kept);
  for (const { path } of old) await rm(path, { recursive: true, force: true });
}
