/** Codes of problem answers, with their HTTP status. Closed: clients may switch on them. */
export const problemStatus = {
  MALFORMED_JSON: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  VALIDATION: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;
export type ProblemCode = keyof typeof problemStatus;

const titles: Record<ProblemCode, string> = {
  MALFORMED_JSON: "The body is not JSON",
  UNAUTHENTICATED: "Sign in first",
  FORBIDDEN: "Not allowed",
  NOT_FOUND: "Not found",
  CONFLICT: "Not possible in the present state",
  PRECONDITION_FAILED: "Changed in the meantime",
  TOO_LARGE: "Too large",
  UNSUPPORTED_MEDIA_TYPE: "Wrong content type",
  VALIDATION: "Something in the request is not right",
  RATE_LIMITED: "Too many requests",
  INTERNAL: "Something went wrong here",
  UNAVAILABLE: "Not available for the moment",
};

export interface FieldProblem {
  /** Where in the body or query, such as `criteria.all[1].value`. */
  readonly path: string;
  readonly message: string;
}

/** A request that is answered with a problem (RFC 9457). `detail` says what to do; it never holds patron data but ids. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly FieldProblem[] | undefined;
  readonly more: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ProblemCode, detail: string, errors?: readonly FieldProblem[], more?: Record<string, unknown>) {
    super(detail);
    this.name = "Problem";
    this.code = code;
    this.errors = errors;
    this.more = more;
  }
}

export function notFound(): Problem {
  return new Problem("NOT_FOUND", "There is no such thing in this library.");
}

export function conflict(detail: string, more?: Record<string, unknown>): Problem {
  return new Problem("CONFLICT", detail, undefined, more);
}

export function invalid(...errors: FieldProblem[]): Problem {
  const [first] = errors;
  const place = first === undefined || first.path === "" ? "" : `${first.path}: `;
  const detail = first === undefined ? "The request breaks a rule." : place + first.message;
  return new Problem("VALIDATION", errors.length > 1 ? `${detail} (and ${errors.length - 1} more)` : detail, errors);
}

export function problemBody(problem: Problem, instance: string): Record<string, unknown> {
  return {
    type: `urn:batch-update-patron-profiles:problem:${problem.code.toLowerCase().replaceAll("_", "-")}`,
    title: titles[problem.code],
    status: problemStatus[problem.code],
    detail: problem.message,
    instance,
    code: problem.code,
    ...(problem.errors !== undefined && { errors: problem.errors }),
    ...problem.more,
  };
}
