import middy from "@middy/core";
import type { Context } from "aws-lambda";
import type { z } from "zod";
import { errorName, logged } from "./cause.ts";
import { logger } from "./logger.ts";

/** Ids and numbers of a call, such as its library and job. Never patron data. */
export type Facts = Readonly<Record<string, string | number | undefined>>;

export interface CallLog<Event> {
  /** What the function does, in a word or two: its summary lines begin with it. */
  readonly says: string;
  /** Stands on every line that is logged while the call goes on. More may be added by `logger.appendKeys`. */
  readonly keys: (event: Event) => Facts;
}

/**
 * What every call of every function leaves in the log: the same ids on each line, one summary line with its milliseconds,
 * and its error, once, by name. An error that a middleware used after this one has answered is that one's to log.
 */
export function callLog<Event, Answer>({ says, keys }: CallLog<Event>): middy.MiddlewareObj<Event, Answer> {
  const began = new WeakMap<object, number>();
  const end = (request: object, ended: Facts) => {
    const now = performance.now();
    logger.info(says, { ...ended, milliseconds: Math.round(now - (began.get(request) ?? now)) });
    logger.resetKeys();
  };
  return {
    before: (request) => {
      began.set(request, performance.now());
      // What a call that was cut off left behind.
      logger.resetKeys();
      logger.appendKeys({ ...keys(request.event) });
    },
    after: (request) => end(request, {}),
    onError: (request) => {
      const isAnswered = request.response !== undefined && request.response !== null;
      const error = errorName(request.error);
      if (!isAnswered) logger.error(`${says} failed`, { ...logged(request.error) });
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
  return async (it: unknown, context?: Context): Promise<Answer> => await stack(it as Event, context as Context);
}

function parsed<Event, Answer>(schema: z.ZodType<Event>): middy.MiddlewareObj<Event, Answer> {
  return {
    before: (request) => {
      request.event = schema.parse(request.event);
    },
  };
}
