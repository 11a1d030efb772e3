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

/** What goes with a call. */
export interface CallOptions {
  /** Whose call it is: where calls wait for a free place, those of different callers take turns. */
  readonly turn?: string;
  /** Aborted: nobody waits for the answer any more. A call that has not begun by then never runs. */
  readonly signal?: AbortSignal;
  /** Told, before the call is given back, that it has to wait for a free place, and when it has one. */
  onWait?(place: Promise<void>): void;
}

/** Calls a function by its ARN or name with a JSON value. Never rejects: what goes wrong is an answer. */
export type Invoke = (functionArn: string, payload: unknown, options?: CallOptions) => Promise<InvokeResult>;

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
