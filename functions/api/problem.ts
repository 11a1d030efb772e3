import { type FieldProblem, mostFieldProblems, type ProblemCode, problemStatus } from "#contract/problem";
import { problemWords } from "#contract/problem-words";

/** Seconds after which to ask again, where nobody knows better. */
const retryAfter: Partial<Record<ProblemCode, number>> = { RATE_LIMITED: 1, UNAVAILABLE: 2 };

export interface ProblemMore {
  /** Members of the answer beyond those of every problem. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is answered with a problem (RFC 9457). `detail` says what to do; it never holds patron data but ids. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly FieldProblem[] | undefined;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    errors?: readonly FieldProblem[],
    { members = {}, headers = {} }: ProblemMore = {},
  ) {
    super(detail);
    this.name = "Problem";
    this.code = code;
    this.errors = errors;
    this.members = members;
    const seconds = retryAfter[code];
    this.headers = { ...(seconds !== undefined && { "retry-after": String(seconds) }), ...headers };
  }
}

export function notFound(): Problem {
  return new Problem("NOT_FOUND", "There is no such thing in this library.");
}

export function conflict(detail: string, members?: Record<string, unknown>): Problem {
  return new Problem("CONFLICT", detail, undefined, members && { members });
}

/** The same request may well do in some seconds: something that is at work now stands in its way. */
export function stillAtWork(detail: string, members?: Record<string, unknown>): Problem {
  return new Problem("CONFLICT", detail, undefined, { ...(members && { members }), headers: { "retry-after": "2" } });
}

/** States that become the wanted one by themselves, with nobody's doing. */
const onTheWayTo = {
  READY: ["BUILDING", "PLANNING"],
  ENDED: ["BUILDING", "RUNNING", "PROCESSING", "CANCELLING"],
} as const satisfies Record<string, readonly string[]>;

/** A thing is not in the state that the request needs: what is on its way there is at work still. */
export function notYet(wanted: keyof typeof onTheWayTo, status: string, detail: string): Problem {
  return onTheWayTo[wanted].some((one) => one === status) ? stillAtWork(detail) : conflict(detail);
}

/** @param errors the first {@link mostFieldProblems} are named, the others counted */
/** @param thing what is named, such as `preset` */
export function nameTaken(thing: string): Problem {
  return conflict(`There is already a ${thing} with this name (capitals make no difference). Choose another name.`);
}

export function invalid(...errors: FieldProblem[]): Problem {
  const [first] = errors;
  const place = first === undefined || first.path === "" ? "" : `${first.path}: `;
  const detail = first === undefined ? "The request breaks a rule." : place + first.message;
  const more = errors.length > 1 ? `${detail} (and ${errors.length - 1} more)` : detail;
  return new Problem("VALIDATION", more, errors.slice(0, mostFieldProblems));
}

/** @param about the request: its path, its Request-Id, and the origin under which the pages about problems are served */
export function problemBody(
  problem: Problem,
  about: { readonly instance: string; readonly requestId: string; readonly origin: string },
): Record<string, unknown> {
  return {
    type: `${about.origin}/docs/problems/${problem.code}`,
    title: problemWords[problem.code].title,
    status: problemStatus[problem.code],
    detail: problem.message,
    instance: about.instance,
    code: problem.code,
    requestId: about.requestId,
    ...(problem.errors !== undefined && { errors: problem.errors }),
    ...problem.members,
  };
}
