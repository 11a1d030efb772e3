import { z } from "zod";
import type { RequestHandler } from "./http-gateway.ts";
import type { Invoke } from "./lambda/invocation.ts";

/** What a start or a stop does, a line a step; or, if wanted, also each request and each task of a function. */
export interface StepLines {
  readonly step: (line: string) => void;
  readonly detail: ((line: string) => void) | undefined;
}

const started = performance.now();

/** Lines on stderr, for stdout says nothing but that the product is ready, each with the seconds since the start. */
export function stepLines(verbose: boolean): StepLines {
  const write = (line: string) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
    process.stderr.write(`${seconds} s  ${line}\n`);
  };
  return { step: write, detail: verbose ? write : undefined };
}

/** A handler that says what it was asked and what it answered. A query is left out: it may hold a name. */
export function saidRequests(handler: RequestHandler, detail: StepLines["detail"]): RequestHandler {
  if (detail === undefined) return handler;
  return async (request, response) => {
    const asked = performance.now();
    response.once("close", () => {
      const [path] = (request.url ?? "/").split("?");
      const answer = response.writableFinished ? response.statusCode : "hung up";
      detail(`${request.method} ${path} ${answer} ${Math.round(performance.now() - asked)} ms`);
    });
    await handler(request, response);
  };
}

const taskSchema = z.looseObject({
  task: z.string(),
  library: z.string(),
  job: z.string(),
  chunk: z.number().optional(),
});

/** What the gateway calls with: the request itself is said already. */
const requestSchema = z.looseObject({ requestContext: z.unknown(), rawPath: z.string() });

/** Calls of functions that say what they were for, how long they took and what went wrong. */
export function saidTasks(
  invoke: Invoke,
  detail: StepLines["detail"],
  nameOf: (arn: string) => string,
  isStopping: () => boolean,
): Invoke {
  if (detail === undefined) return invoke;
  return async (functionArn, payload, options) => {
    const asked = performance.now();
    const result = await invoke(functionArn, payload, options);
    const { data: task } = taskSchema.safeParse(payload);
    if (task === undefined && requestSchema.safeParse(payload).success) return result;
    const what =
      task === undefined
        ? ""
        : ` ${task.task}${task.chunk === undefined ? "" : ` ${task.chunk}`} of ${task.library} ${task.job}`;
    const end = !("error" in result)
      ? "done"
      : isStopping()
        ? "is put down, and goes on at the next start"
        : `failed: ${result.error.errorType}`;
    detail(`${nameOf(functionArn)}${what} ${end} ${Math.round(performance.now() - asked)} ms`);
    return result;
  };
}
