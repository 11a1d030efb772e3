import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { z } from "zod";
import type { Cloud } from "../cloud.ts";
import { FunctionPool, type FunctionSettings } from "./function-pool.ts";
import type { Invoke } from "./invocation.ts";
import { openLogFile } from "./log-file.ts";

const propertiesSchema = z.looseObject({
  Code: z.looseObject({ S3Key: z.string() }),
  Environment: z.looseObject({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
  Handler: z.string().regex(/^[^.]+\.[^.]+$/),
  MemorySize: z.number().default(128),
  Role: z.string().default(""),
  Runtime: z.literal("nodejs24.x"),
  Timeout: z.number().default(3),
});

export interface FunctionsOptions {
  readonly cloud: Cloud;
  readonly assets: ReadonlyMap<string, string>;
  /** Variables that every function gets, such as endpoints and credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables with the credentials of a function's role, by its ARN. */
  readonly credentialsOf?: (roleArn: string) => Readonly<Record<string, string>>;
  readonly logs: string;
  /** Told where a log cannot be written. */
  say(sentence: string): void;
  /** What stands here for an address of the cloud. */
  local(value: string): string;
  /** Invocations of a function at the same time, and how many may wait. */
  limitsOf(functionArn: string): Pick<FunctionSettings, "concurrency" | "mostWaiting">;
  /** Modules loaded into every worker before its bundle: how tests make the AWS SDK misbehave. */
  readonly preload: readonly string[];
}

export interface Functions {
  readonly invoke: Invoke;
  close(): Promise<void>;
}

/** Makes the template's functions callable, each from its own bundle with its own environment and limits. */
export async function openFunctions(options: FunctionsOptions): Promise<Functions> {
  await mkdir(options.logs, { recursive: true });
  const pools = new Map<string, FunctionPool>();
  const logs: Writable[] = [];
  for (const { logicalId, path, properties } of options.cloud.ofType("AWS::Lambda::Function")) {
    const parsed = propertiesSchema.safeParse(properties);
    if (!parsed.success) {
      throw new Error(`The template's function ${logicalId} cannot run here. ${z.prettifyError(parsed.error)}`);
    }
    const { Code, Environment, Handler, MemorySize, Role, Timeout } = parsed.data;
    const folder = options.assets.get(Code.S3Key);
    if (folder === undefined) throw new Error(`The bundle ${Code.S3Key} of ${logicalId} is not in the assembly.`);
    const name = options.cloud.name(logicalId);
    const arn = options.cloud.arn(logicalId);
    const [file = "", handler = ""] = Handler.split(".");
    const constructs = path.filter((part) => part !== "Function" && part !== "Resource");
    const log = await openLogFile(join(options.logs, `${constructs.join("-")}.log`), options.say);
    logs.push(log);
    const pool = new FunctionPool({
      name,
      arn,
      bundle: join(folder, `${file}.mjs`),
      handler,
      timeoutSeconds: Timeout,
      memory: MemorySize,
      environment: {
        ...options.environment,
        ...options.credentialsOf?.(Role),
        ...Object.fromEntries(
          Object.entries(Environment.Variables).map(([variable, value]) => [variable, options.local(value)]),
        ),
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      },
      ...options.limitsOf(arn),
      preload: options.preload,
      log,
    });
    pools.set(arn, pool).set(name, pool);
  }
  return {
    invoke: async (functionArn, payload, options) => {
      const pool = pools.get(functionArn);
      if (pool === undefined) {
        return {
          error: { errorType: "ResourceNotFoundException", errorMessage: `Function not found: ${functionArn}` },
        };
      }
      return await pool.invoke(payload, options);
    },
    async close() {
      await Promise.all([...new Set(pools.values())].map((pool) => pool.close()));
      for (const log of logs) log.end();
    },
  };
}
