import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** Folders under `functions/` that are deployed, each as one bundle. */
export const deployables = [
  "api",
  "build-query-set",
  "plan",
  "apply",
  "import",
  "export",
  "erase",
  "fill-service-queues",
  "sweep",
  "expire",
  "pre-token",
] as const;
/** Those that work on long jobs, each by a workflow of its own. */
export const workflowDeployables = [
  "build-query-set",
  "plan",
  "apply",
  "import",
  "export",
  "erase",
] as const satisfies Deployable[];
export type Deployable = (typeof deployables)[number];

export const root = join(import.meta.dirname, "..");
/** One for each synthesis, so that two at the same time do not pull the rug from under each other. */
export const bundleFolder = join(root, ".cache", "functions", String(process.pid));

/**
 * Bundles every function in one pass: ESM for Node 24, the AWS SDK inside (the version that was tested is the version
 * that runs, and it starts faster than the runtime's own), not minified so that stack traces read.
 */
export async function bundleFunctions(folder: string = bundleFolder): Promise<void> {
  const entryPoints = Object.fromEntries(
    deployables.map((name) => [`${name}/index`, join(root, "functions", name, "index.ts")]),
  );
  for (const entry of Object.values(entryPoints)) {
    if (!existsSync(entry)) throw new Error(`There is no ${entry} to bundle.`);
  }
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints,
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    absWorkingDir: root,
    logLevel: "warning",
    // CommonJS packages inside an ESM bundle ask for require and for the path of their file.
    banner: {
      js: 'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);',
    },
  });
}
