import middy from "@middy/core";
import type { Context } from "aws-lambda";
import type { z } from "zod";
import { errorName, logged } from "./cause.ts";
import type { Timed } from "./counts.ts";
import { logger } from "./logger.ts";
import { publish } from "./metrics.ts";
import { addFacts, count, currentCounts, type Facts, inThread } from "./thread.ts";

export interface CallLog<Event> {
  /** What the function does, in a word or two: its summary lines begin with it. */
  readonly says: string;
  /** Stands on every line that is logged while the call goes on. More may be added by `addFacts`. */
  readonly keys: (event: Event) => Facts;
  /** As what its time is measured; not at all where it is undefined. */
  readonly timed?: (event: Event) => Timed | undefined;
}

/**
 * What every call of every function leaves in the log: the same ids on each line, one summary line with what it counted
 * and its milliseconds, the metrics of both, and its error, once, by name. An error that a middleware used after this one
 * has answered is that one's to log. Its calls must be begun by `inThread`.
 */
export function callLog<Event, Answer>({ says, keys, timed }: CallLog<Event>): middy.MiddlewareObj<Event, Answer> {
  const began = new WeakMap<object, number>();
  const end = (request: middy.Request<Event, Answer>, ended: Facts) => {
    const now = performance.now();
    const milliseconds = Math.round(now - (began.get(request) ?? now));
    logger.info(says, { ...currentCounts(), ...ended, milliseconds });
    publish(currentCounts(), began.has(request) ? timed?.(request.event) : undefined, milliseconds);
  };
  return {
    before: (request) => {
      began.set(request, performance.now());
      addFacts(keys(request.event));
    },
    after: (request) => end(request, {}),
    onError: (request) => {
      const isAnswered = request.response !== undefined && request.response !== null;
      const error = errorName(request.error);
      if (!isAnswered) {
        count({ failedCalls: 1 });
        logger.error(`${says} failed`, { ...logged(request.error) });
      }
      end(request, { error });
    },
  };
}

export interface Stack<Event, Answer> extends CallLog<Event> {
  readonly event: z.ZodType<Event>;
  readonly handle: (event: Event) => Promise<Answer>;
}

/** A function's handler: parses the event, logs what every call leaves, and does its work. */
export function middyStack<Event, Answer>({ event, handle, ...log }: Stack<Event, Answer>) {
  // No early end: what goes on behind an answer would wake up in the next call, while a call that is cut off is dead.
  const stack = middy<Event, Answer>({ timeoutEarlyInMillis: 0 })
    .use(parsed<Event, Answer>(event))
    .use(callLog<Event, Answer>(log))
    .handler(async (it) => await handle(it));
  // Safe: the first middleware parses it.
  return async (it: unknown, context?: Context): Promise<Answer> =>
    await inThread(async () => await stack(it as Event, context as Context));
}

function parsed<Event, Answer>(schema: z.ZodType<Event>): middy.MiddlewareObj<Event, Answer> {
  return {
    before: (request) => {
      request.event = schema.parse(request.event);
    },
  };
}
