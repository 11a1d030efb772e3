import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { build } from "esbuild";
import { patronIdSchema } from "#domain/ids";
import { FunctionPool } from "#infra/local/lambda/function-pool";
import { mediumRecordKey } from "#records/store/keys";
import { libraryId } from "#test/ids";
import type { changeOf } from "../batch-run.ts";
import type { Bed } from "../bed.ts";

/** As many at a time as the product has on one machine. */
const concurrency = 4;
/** Calls that wait for a function at a time; more would only fill memory. */
const callers = 64;

export interface NaiveLambdas {
  run(library: string, patronIds: readonly string[], change: ReturnType<typeof changeOf>): Promise<void>;
  close(): Promise<void>;
}

/**
 * The design that suggests itself: one Lambda call for each patron, which reads a record and puts it back. It runs in the
 * same Lambda runtime as the product's functions, and is spared the workflow around it that would start each call.
 */
export async function openNaiveLambdas({ endpoints }: Bed): Promise<NaiveLambdas> {
  const folder = await mkdtemp(join(tmpdir(), "naive-"));
  const bundle = join(folder, "index.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "naive", "index.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    logLevel: "warning",
    banner: {
      js: 'import { createRequire as createRequireOfBundle } from "node:module"; const require = createRequireOfBundle(import.meta.url);',
    },
  });
  let log = "";
  const pool = new FunctionPool({
    name: "Naive",
    arn: "arn:aws:lambda:us-east-1:000000000000:function:Naive",
    bundle,
    handler: "handler",
    timeoutSeconds: 30,
    memory: 1769,
    environment: {
      AWS_REGION: endpoints.region,
      AWS_ACCESS_KEY_ID: endpoints.accessKeyId,
      AWS_SECRET_ACCESS_KEY: endpoints.secretAccessKey,
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      TABLE_NAME: endpoints.table,
    },
    concurrency,
    preload: [],
    log: new Writable({
      write(text, _encoding, done) {
        log += String(text);
        done();
      },
    }),
  });
  return {
    async run(library, patronIds, { medium, nightlyDebug, changes }) {
      const waiting = patronIds.values();
      const caller = async () => {
        for (const patronId of waiting) {
          const { pk, sk } = mediumRecordKey({ library: libraryId(library) }, patronIdSchema.parse(patronId), medium);
          const result = await pool.invoke({ pk, sk, medium, nightlyDebug, ...changes });
          if ("error" in result) throw new Error(`${result.error.errorMessage}\n${log}`);
        }
      };
      await Promise.all(Array.from({ length: callers }, caller));
    },
    async close() {
      await pool.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
