import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { startDynamoDb } from "#infra/local/dynamodb";
import { storesOver, talkQuickly } from "#records/store/clients";
import type { Stores } from "#records/store/store";
import { type RunningProduct, readEndpoints, startProduct } from "#test/product";

export type EngineKind = "memory" | "files";

/** The real product on an engine that peers may use beside it. */
export interface Bed {
  readonly product: RunningProduct;
  readonly endpoints: Awaited<ReturnType<typeof readEndpoints>>;
  readonly stores: Stores;
  /** A client as whoever writes a script has it: the SDK as it comes. */
  plainClient(): DynamoDBClient;
  /** Processes to be measured, by name. */
  readonly processes: Readonly<Record<string, number>>;
  close(): Promise<void>;
}

const engineFile = z.object({ pid: z.number(), host: z.string(), port: z.number() });

interface BedOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Where everything that is kept goes; the system's temporary folder where it is not said. */
  readonly folder?: string;
  /** An earlier product's folder, to go on with, or an empty one. */
  readonly dataDir?: string;
}

export async function openBed(
  engine: EngineKind,
  { environment, folder = tmpdir(), dataDir }: BedOptions = {},
): Promise<Bed> {
  const memory =
    engine === "memory"
      ? await startDynamoDb({
          directory: undefined,
          tables: [],
          onExit: (reason) => {
            throw new Error(reason);
          },
        })
      : undefined;
  const product = await startProduct({
    dataDir: dataDir ?? (await mkdtemp(join(folder, "product-"))),
    environment: { ...environment, ...(memory !== undefined && { AWS_ENDPOINT_URL_DYNAMODB: memory.endpoint }) },
  });
  const files = memory === undefined ? engineFile.parse(await readEngineFile(product.dataDir)) : undefined;
  // Peers reach the engine as the product's functions do, not through the guarded door for everybody else.
  const dynamodb = files === undefined ? memory?.endpoint : `http://${files.host}:${files.port}`;
  const database = (files ?? memory)?.pid;
  const kept = await readEndpoints(product);
  const endpoints = { ...kept, dynamodb: dynamodb ?? kept.dynamodb };
  const { region, accessKeyId, secretAccessKey } = endpoints;
  const settings = { region, credentials: { accessKeyId, secretAccessKey } };
  const plainClient = () => new DynamoDBClient({ ...settings, endpoint: endpoints.dynamodb });
  const client = plainClient();
  talkQuickly(client);
  const s3 = new S3Client({ ...settings, endpoint: endpoints.s3, forcePathStyle: true });
  return {
    product,
    endpoints,
    stores: storesOver({ dynamo: client, table: endpoints.table, s3, bucket: endpoints.bucket }),
    plainClient,
    processes: {
      ...(product.process.pid !== undefined && { product: product.process.pid }),
      ...(database !== undefined && { database }),
    },
    async close() {
      client.destroy();
      s3.destroy();
      await product.remove();
      await memory?.close();
    },
  };
}

async function readEngineFile(dataDir: string): Promise<unknown> {
  return JSON.parse(await readFile(join(dataDir, "dynamodb", "engine.json"), "utf8"));
}
