import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { generate } from "openapi-typescript-codegen";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { type RunningProduct, startProduct } from "#test/product";

const run = promisify(execFile);
let product: RunningProduct;
let folder: string;
beforeAll(async () => {
  [product, folder] = await Promise.all([
    startProduct({ samplePatrons: 60 }),
    mkdtemp(join(tmpdir(), "generated-client-")),
  ]);
});
afterAll(async () => {
  await Promise.all([product?.remove(), rm(folder, { recursive: true, force: true })]);
});

/** The job as somebody writes it who has nothing but the description: every name and type comes from the generated client. */
const job = `
import { BatchUpdatesService, OpenAPI, OutcomesService, PlansService, QuerySetsService, type BatchUpdate } from "./client";

OpenAPI.BASE = process.argv[2] ?? "";
OpenAPI.TOKEN = process.argv[3] ?? "";

async function until<T>(ask: () => Promise<T>, isWanted: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await ask();
    if (isWanted(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const { querySetId } = await QuerySetsService.createQuerySet({
  requestBody: { name: "By a generated client", criteria: { all: [{ field: "Patron.hasMedium", operator: "equals", value: "DB" }] } },
  idempotencyKey: "generated-client-1",
});
await until(() => QuerySetsService.getQuerySet({ querySetId }), ({ status }) => status === "READY");
const { batchUpdateId } = await BatchUpdatesService.createBatchUpdate({
  requestBody: { querySetId, medium: "DB", nightlyDebug: true, changes: { cutoff: 7, refillPoint: null } },
});
const get = (): Promise<BatchUpdate> => BatchUpdatesService.getBatchUpdate({ batchUpdateId });
const { plan } = await until(get, ({ status }) => status === "READY");
if (plan === undefined) throw new Error("no plan");
const { items: lines } = await PlansService.listPlan({ batchUpdateId, limit: 200 });
const { update, create, remove } = plan.counts;
await BatchUpdatesService.processBatchUpdate({
  batchUpdateId,
  requestBody: { planDigest: plan.digest, patronCount: update + create + remove },
});
const done = await until(get, ({ finishedAt }) => finishedAt !== undefined);
const { items } = await OutcomesService.listOutcomes({ batchUpdateId, limit: 200 });
const updated = items.filter(({ outcome }) => outcome === "UPDATED").length;
console.log(JSON.stringify({ status: done.status, planned: plan.counts.update, lines: lines.length, counted: done.counts?.updated, updated }));
`;

const resultSchema = z.object({ status: z.string(), planned: z.int(), counted: z.int(), updated: z.int() });
const tsc = join("node_modules", "typescript", "bin", "tsc");

it("a client generated from the description compiles, and does the job", async () => {
  const description: unknown = await (await fetch(`${product.url}/v1/openapi.json`)).json();
  await writeFile(join(folder, "openapi.json"), JSON.stringify(description));
  await generate({
    input: join(folder, "openapi.json"),
    output: join(folder, "client"),
    httpClient: "fetch",
    useOptions: true,
    useUnionTypes: true,
  });
  const source = join(folder, "job.ts");
  await writeFile(source, job);
  const options =
    "--noEmit --strict --target es2022 --module esnext --moduleResolution bundler --skipLibCheck --lib es2022,dom";
  const types = ["--types", "node", "--typeRoots", join(process.cwd(), "node_modules", "@types")];
  const compiled = await run(process.execPath, [tsc, ...options.split(" "), ...types, "--ignoreConfig", source]).catch(
    ({ stdout }: { stdout: string }) => ({ stdout }),
  );
  expect(compiled.stdout).toBe("");

  const script = join(folder, "job.mjs");
  await build({
    entryPoints: [source],
    outfile: script,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  const { stdout } = await run(process.execPath, [script, product.url, await product.token("piedmont-administrator")]);
  const { status, planned, counted, updated } = resultSchema.parse(JSON.parse(stdout));
  // Some sample patrons are closed: they are INVALID.
  expect(status).toMatch(/^COMPLETED/);
  expect(planned).toBeGreaterThan(0);
  expect([counted, updated]).toEqual([planned, planned]);
});

it("is described by a document that says where tokens are had, and that everybody can read", async () => {
  const response = await fetch(`${product.url}/v1/openapi.json`);
  expect(await response.json()).toMatchObject({
    openapi: "3.1.1",
    servers: [{ url: product.url }],
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        clientCredentials: { flows: { clientCredentials: { tokenUrl: `${product.url}/oidc/token` } } },
      },
    },
  });
});
