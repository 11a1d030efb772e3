import { problemStatus } from "#contract/problem";
import { logged } from "#platform/cause";
import { logger } from "#platform/logger";
import { Problem, problemBody } from "../problem.ts";
import type { ApiMiddleware } from "./event.ts";
import { requestIdOf } from "./request-id.ts";
import { toResult } from "./to-result.ts";

/**
 * Answers every error as a problem; what nobody foresaw is logged and answered without its text.
 *
 * @param origin under which the pages about problems are served
 */
export function problemAnswers(origin: string): ApiMiddleware {
  return {
    onError: (request) => {
      const { event, error } = request;
      const problem = asProblem(error);
      if (problem.code === "INTERNAL") logger.error("A request failed", logged(error));
      else if (problem !== error) logger.warn("A request could not be answered", logged(error));
      request.response = toResult({
        status: problemStatus[problem.code],
        body: problemBody(problem, { instance: event.rawPath, requestId: requestIdOf(event), origin }),
        headers: {
          "content-type": "application/problem+json",
          ...(problem.code === "UNAUTHENTICATED" && { "www-authenticate": "Bearer" }),
          ...problem.headers,
        },
      });
    },
  };
}

const passing = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "InternalServerError",
  "ServiceUnavailable",
  "SlowDown",
  "TimeoutError",
]);

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Error && passing.has(error.name)) {
    return new Problem("UNAVAILABLE", "The service is busy. Check whether anything was changed, then try again.");
  }
  return new Problem(
    "INTERNAL",
    "Something went wrong on our side. Try again; if it keeps happening, give support the requestId of this answer.",
  );
}
