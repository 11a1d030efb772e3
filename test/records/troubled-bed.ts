import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import {
  BatchExecuteStatementCommand,
  type BatchExecuteStatementCommandInput,
  DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { logger } from "#platform/logger";
import { tablesOver } from "#records/store/clients";
import { startRealStores } from "./real-store.ts";

/** What goes wrong with one request of the writer. */
export const writerFaults = ["none", "throttled", "lost", "unknown", "late", "partly"] as const;
export type WriterFault = (typeof writerFaults)[number];

/** One delivery of a task: it may die at any of its requests, before or after that one arrives, or stand still for a while. */
export interface Trouble {
  /** Requests after which the delivery is dead, with the next one sent or not. */
  readonly diesAfter?: number | undefined;
  readonly lastArrives?: boolean;
  /** By request of the writer, in order; none once they are used up. */
  readonly writer?: readonly WriterFault[];
  /** Stands still before its n-th request, a write excepted, until this has come. */
  readonly freezes?: { readonly at: number; readonly until: Promise<void>; readonly reached?: () => void } | undefined;
}

export class Death extends Error {}
class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}
class ThrottlingException extends Error {
  override readonly name = "ThrottlingException";
}

export interface Delivery {
  readonly trouble: Trouble;
  requests: number;
  isDead: boolean;
  faults: WriterFault[];
}

export const deliveries = new AsyncLocalStorage<Delivery>();

/** Milliseconds for which a request of the writer may be under way unseen. */
export const writerTimeout = 40;

/** The real engines, with trouble at every request of a delivery that asks for it. */
export async function startBatchUpdateBed() {
  logger.setLogLevel("SILENT");
  const stores = await startRealStores();
  const { endpoint, region, credentials } = stores.dynamo.config;
  const found = await endpoint?.();
  if (found === undefined) throw new Error("The local engine has no endpoint");
  const writerClient = new DynamoDBClient({
    region,
    credentials,
    maxAttempts: 1,
    endpoint: `${found.protocol}//${found.hostname}:${found.port}`,
  });
  /** Requests that nobody waits for any more, but that will arrive. */
  const underWay = new Set<Promise<unknown>>();

  async function troubled(request: () => Promise<unknown>, isWriter: boolean): Promise<unknown> {
    const delivery = deliveries.getStore();
    if (delivery === undefined) return await request();
    const { trouble } = delivery;
    if (delivery.isDead) throw new Death();
    const place = delivery.requests++;
    if (!isWriter && trouble.freezes?.at === place) {
      trouble.freezes.reached?.();
      await trouble.freezes.until;
    }
    if (place === trouble.diesAfter) {
      delivery.isDead = true;
      if (trouble.lastArrives === true) await request();
      throw new Death();
    }
    return await request();
  }

  async function faulty(request: (input?: unknown) => Promise<unknown>, input: unknown): Promise<unknown> {
    const fault = deliveries.getStore()?.faults.shift() ?? "none";
    if (fault === "throttled") throw new ThrottlingException();
    if (fault === "lost") throw new TimeoutError();
    if (fault === "unknown") {
      await request();
      throw new TimeoutError();
    }
    if (fault === "late") {
      const arriving = delay(Math.random() * writerTimeout * 0.5).then(async () => await request());
      underWay.add(arriving);
      arriving.finally(() => underWay.delete(arriving)).catch(() => {});
      throw new TimeoutError();
    }
    const statements = (input as BatchExecuteStatementCommandInput).Statements;
    if (fault === "partly" && statements !== undefined) return await partly(statements);
    return await request();
  }

  /** Every other statement is throttled, as DynamoDB says it: inside an answer of success. */
  async function partly(statements: NonNullable<BatchExecuteStatementCommandInput["Statements"]>) {
    const taken = statements.filter((_, i) => i % 2 === 1);
    const command = new BatchExecuteStatementCommand({ Statements: taken });
    const answers =
      taken.length === 0
        ? []
        : ((await deliveries.exit(async () => await stores.dynamo.send(command))).Responses ?? []);
    const throttled = { Error: { Code: "ThrottlingError", Message: "slow down" } };
    return {
      output: { Responses: statements.map((_, i) => (i % 2 === 1 ? answers[(i - 1) / 2] : throttled)), $metadata: {} },
      response: {},
    };
  }

  const watch = { step: "initialize", priority: "high" } as const;
  stores.dynamo.middlewareStack.add(
    (next) => async (args) => (await troubled(async () => await next(args), false)) as Awaited<ReturnType<typeof next>>,
    watch,
  );
  stores.s3.middlewareStack.add(
    (next) => async (args) => (await troubled(async () => await next(args), false)) as Awaited<ReturnType<typeof next>>,
    watch,
  );
  writerClient.middlewareStack.add(
    (next) => async (args) =>
      (await troubled(async () => await faulty(async () => await next(args), args.input), true)) as Awaited<
        ReturnType<typeof next>
      >,
    watch,
  );

  return {
    stores,
    writers: tablesOver(writerClient, "records", { mostCollisions: 0 }),
    async settled() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    async close() {
      writerClient.destroy();
      await stores.close();
    },
    troubled,
    /** Runs something as one delivery. True where it died on the way. */
    async dying(trouble: Trouble, run: () => Promise<unknown>): Promise<boolean> {
      const delivery: Delivery = { trouble, requests: 0, isDead: false, faults: [] };
      try {
        await deliveries.run(delivery, run);
      } catch (error) {
        if (!delivery.isDead) throw error;
      }
      return delivery.isDead;
    },
  };
}
export type Bed = Awaited<ReturnType<typeof startBatchUpdateBed>>;
