import { type ProblemAnswer, problemSchema } from "#contract/problem";

type ProblemBody = Pick<ProblemAnswer, "title" | "status" | "errors" | "conflictsWith"> & {
  readonly detail?: string;
  readonly code: string;
};

/** The API refused: nothing was changed by this request. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly { path: string; message: string }[];
  /** The batch update or the import that stands in the way, where one does. */
  readonly conflictsWith: string | undefined;

  constructor(body: ProblemBody) {
    super(body.detail ?? body.title);
    this.name = "ApiProblem";
    this.status = body.status;
    this.code = body.code;
    this.errors = body.errors ?? [];
    this.conflictsWith = body.conflictsWith;
  }
}

/** Reads a problem answer; an answer in another form (from something between) becomes one that says its status. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return new ApiProblem(parsed.data);
  return new ApiProblem({
    title: `The service answered with status ${response.status}.`,
    status: response.status,
    code: response.status >= 500 ? "UNAVAILABLE" : "UNKNOWN",
  });
}

/** True where there is no such thing in the library. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 404;
}

/** True where somebody else changed the thing after it was read. */
export function isOutdated(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 412;
}

/** True where trying the same again may help: no connection, too many requests, or a fault on the other side. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiProblem) return error.status === 429 || error.status >= 500;
  return error instanceof Error && error.name === "Unreachable";
}
