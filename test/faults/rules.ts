import type { Fault, Rule } from "./layer.ts";
import { type AwsRequest, writesMedia } from "./requests.ts";

export const throttled: Fault = { refuse: { status: 400, code: "ThrottlingException" } };
export const slowDown: Fault = { refuse: { status: 503, code: "SlowDown" } };
export const internalError: Fault = { refuse: { status: 500, code: "InternalServerError" } };
/** What no retry mends. */
export const accessDenied: Fault = { refuse: { status: 400, code: "AccessDeniedException" } };

/** Gives the same numbers for the same seed, from 0 up to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The fault for the first so many requests that are meant. */
export function firstTimes(times: number, isMeant: (request: AwsRequest) => boolean, fault: Fault): Rule {
  let left = times;
  return (request) => {
    if (left === 0 || !isMeant(request)) return undefined;
    left--;
    return fault;
  };
}

/** The fault for the nth request that is meant, counted from 1, and for no other. */
export function nth(place: number, isMeant: (request: AwsRequest) => boolean, fault: Fault): Rule {
  let seen = 0;
  return (request) => (isMeant(request) && ++seen === place ? fault : undefined);
}

/** Holds requests up until they are let go. */
export interface Gate {
  readonly rule: Rule;
  /** Settles when the first request stands before it. */
  readonly reached: Promise<void>;
  open(): void;
}

/** @param then what happens to the requests once they are let go */
export function gate(isMeant: (request: AwsRequest) => boolean, then?: Fault): Gate {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    reached: reached.promise,
    open: opened.resolve,
    rule: (request) => {
      if (!isMeant(request)) return undefined;
      reached.resolve();
      return opened.promise.then(() => then);
    },
  };
}

/** Holds requests up until so many of them are there, and lets them and all later ones go. */
export function rendezvous(count: number, isMeant: (request: AwsRequest) => boolean): Gate {
  const meeting = gate(isMeant);
  let there = 0;
  return {
    ...meeting,
    rule: (request) => {
      if (isMeant(request) && ++there >= count) meeting.open();
      return meeting.rule(request);
    },
  };
}

/** True from the nth writing of medium records by an applying function on, counted from 1. */
export function writesFrom(place: number): (request: AwsRequest) => boolean {
  let seen = 0;
  return (request) => writesMedia(request) && ++seen >= place;
}
