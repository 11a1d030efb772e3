import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { z } from "zod";
import { asInvocationError, requestSchema, type WorkerMessage, workerSchema } from "./invocation.ts";

/**
 * The inside of a worker: loads the bundle once, as a cold start does, and then answers one invocation after the other.
 * What escapes from here (an uncaught error, an exit) ends the worker, and whoever waits is told so by the other side.
 */
const port = z.custom<NonNullable<typeof parentPort>>((value) => value !== null).parse(parentPort);
const settings = workerSchema.parse(workerData);
const say = (message: WorkerMessage) => port.postMessage(message);

const bundle: Record<string, unknown> = { ...(await import(pathToFileURL(settings.bundle).href)) };
const handler = bundle[settings.handler];
if (typeof handler !== "function") throw new Error(`${settings.bundle} exports no function ${settings.handler}`);

port.on("message", async (message: unknown) => {
  const { id, event, deadline } = requestSchema.parse(message);
  try {
    const result: unknown = await handler(JSON.parse(event), {
      awsRequestId: id,
      callbackWaitsForEmptyEventLoop: true,
      functionName: settings.name,
      functionVersion: "$LATEST",
      invokedFunctionArn: settings.arn,
      logGroupName: `/aws/lambda/${settings.name}`,
      logStreamName: settings.logStream,
      memoryLimitInMB: String(settings.memory),
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    say({ id, answer: JSON.stringify(result ?? null) });
  } catch (error) {
    say({ id, error: asInvocationError(error) });
  }
});
say({ ready: true });
