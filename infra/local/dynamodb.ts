import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Engine, freePort, hiddenHost, startEngine } from "./dynamodb/engine.ts";
import { watchEngine } from "./dynamodb/health.ts";
import { tableInput } from "./dynamodb/table-input.ts";
import { ensureTable } from "./dynamodb/tables.ts";
import { DamagedFolder } from "./kept-file.ts";

/** An engine that dies this often within a minute will not get better by starting it once more. */
const MOST_RESTARTS_A_MINUTE = 5;

export interface LocalDynamoDb {
  /** Where the product's own functions reach the engine. It asks for no secret, so it is given to nobody else. */
  readonly endpoint: string;
  /** Where the engine listens; absent where `AWS_ENDPOINT_URL_DYNAMODB` names another engine. */
  readonly engine?: { readonly host: string; readonly port: number };
  /** The engine's process now; absent where `AWS_ENDPOINT_URL_DYNAMODB` names another engine. */
  readonly pid?: number;
  close(): Promise<void>;
}

/**
 * Brings up the local DynamoDB with the tables of the template.
 *
 * A set `AWS_ENDPOINT_URL_DYNAMODB` is used instead, and no process is started. An engine on files that dies is started
 * again on the same port and files (`onNews`), and given up after five times in a minute (`onExit`); an engine in
 * memory has lost everything by then, so it is given up at once.
 *
 * @param options.directory where the files live; undefined keeps everything in memory
 * @param options.mustExist whether an earlier start has made the tables: then they are not made again, empty
 * @param options.tables resolved properties of the template's `AWS::DynamoDB::Table` resources
 * @throws Error when there is no engine, a table has a property the local engine cannot honour, or the files hold tables of other keys
 */
export async function startDynamoDb(options: {
  directory: string | undefined;
  mustExist?: boolean;
  tables: unknown[];
  onExit(reason: string): void;
  onNews?(sentence: string): void;
}): Promise<LocalDynamoDb> {
  const inputs = options.tables.map(tableInput);
  const elsewhere = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  if (elsewhere) {
    await makeTables(elsewhere, inputs);
    return { endpoint: elsewhere, close: async () => undefined };
  }

  const { directory, mustExist = false } = options;
  const say = (sentence: string) => options.onNews?.(sentence);
  let engine = await startOnFreePort(directory, mustExist, say);
  const { host, port } = engine;
  const endpoint = `http://${host}:${port}`;
  let closing = false;
  let restarting: Promise<void> = Promise.resolve();
  const deaths: number[] = [];

  const restart = async (how: string) => {
    const now = Date.now();
    deaths.push(now);
    const recent = deaths.filter((at) => at > now - 60_000).length;
    if (directory === undefined) return options.onExit(`The DynamoDB engine ${how}; what it held in memory is lost.`);
    if (recent > MOST_RESTARTS_A_MINUTE) {
      return options.onExit(`The DynamoDB engine ${how}, the ${recent}th time in a minute.`);
    }
    try {
      engine = await startEngine(directory, host, port, false, say);
    } catch (error) {
      return options.onExit(`The DynamoDB engine ${how} and could not be started again: ${String(error)}`);
    }
    supervise();
    say(`The DynamoDB engine ${how} and was started again.`);
  };
  const supervise = () => {
    void engine.ended.then((how) => {
      if (!closing) restarting = restart(how);
    });
  };

  try {
    await makeTables(endpoint, inputs, mustExist);
  } catch (error) {
    await engine.stop();
    throw error;
  }
  supervise();
  const health = watchEngine(endpoint, say);
  return {
    endpoint,
    engine: { host, port },
    get pid() {
      return engine.pid;
    },
    async close() {
      closing = true;
      health.close();
      await restarting;
      await engine.stop();
    },
  };
}

/** Another program may take the port between its choice and its use, so a few are tried. */
async function startOnFreePort(
  directory: string | undefined,
  mustExist: boolean,
  say: (sentence: string) => void,
): Promise<Engine> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const host = hiddenHost();
      return await startEngine(directory, host, await freePort(host), mustExist, say);
    } catch (error) {
      if (attempt === 3 || error instanceof DamagedFolder) throw error;
    }
  }
}

async function makeTables(
  endpoint: string,
  inputs: readonly ReturnType<typeof tableInput>[],
  mustExist = false,
): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: process.env.AWS_REGION ?? "us-east-1",
    credentials: {
      accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? "local",
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? "local",
    },
  });
  try {
    await Promise.all(inputs.map((input) => ensureTable(client, input, mustExist)));
  } finally {
    client.destroy();
  }
}
