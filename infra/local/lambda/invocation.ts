import { z } from "zod";

/** Bytes that one invocation may take in, and give back. */
export const longestPayload = 6 * 1024 * 1024;

/** How an invocation went wrong, in the form that Lambda answers. */
export interface InvocationError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: string[];
}

export type InvokeResult = { payload: unknown } | { error: InvocationError };

/** Calls a function by its ARN or name with a JSON value. Never rejects: what goes wrong is an answer. */
export type Invoke = (functionArn: string, payload: unknown) => Promise<InvokeResult>;

/** What a worker is told at its start. */
export const workerSchema = z.object({
  bundle: z.string(),
  handler: z.string(),
  name: z.string(),
  arn: z.string(),
  memory: z.number(),
  logStream: z.string(),
});
export type WorkerSettings = z.infer<typeof workerSchema>;

/** An event on its way to a worker; `deadline` in milliseconds since 1970. */
export const requestSchema = z.object({ id: z.string(), event: z.string(), deadline: z.number() });

const errorSchema = z.object({
  errorType: z.string(),
  errorMessage: z.string(),
  trace: z.array(z.string()),
});

/** What a worker says: that it has loaded its bundle, or how an invocation ended. */
export const messageSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ id: z.string(), answer: z.string() }),
  z.object({ id: z.string(), error: errorSchema }),
]);
export type WorkerMessage = z.infer<typeof messageSchema>;

/** An exception as Lambda's runtime reports it. */
export function asInvocationError(error: unknown): z.infer<typeof errorSchema> {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}
