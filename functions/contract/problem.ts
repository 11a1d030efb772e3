import { z } from "zod";

/** Codes of problem answers, with their HTTP status. Closed: clients may switch on them. */
export const problemStatus = {
  MALFORMED_JSON: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  GONE: 410,
  PRECONDITION_FAILED: 412,
  TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  VALIDATION: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;
export type ProblemCode = keyof typeof problemStatus;

export const problemCodes = Object.keys(problemStatus) as [ProblemCode, ...ProblemCode[]];

/** Field problems of one answer. */
export const mostFieldProblems = 100;

const fieldProblemSchema = z
  .object({
    path: z.string().meta({ description: "Where in the body, query or headers, such as criteria.all[1].value" }),
    message: z.string(),
  })
  .meta({ id: "FieldProblem" });
export type FieldProblem = z.infer<typeof fieldProblemSchema>;

/** What a request that is refused is answered with (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().meta({ format: "uri", description: "Says what the problem means and what to do" }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: "What is wrong with this request, and what to do" }),
    instance: z.string().meta({ format: "uri-reference", description: "The path that was asked for" }),
    code: z.enum(problemCodes),
    requestId: z.string().meta({ description: "As in the header Request-Id: tell it to support" }),
    errors: z.array(fieldProblemSchema).max(mostFieldProblems).optional(),
    conflictsWith: z
      .string()
      .optional()
      .meta({ description: "Of a CONFLICT: the id of the batch update or import that stands in the way" }),
    version: z.int().optional().meta({ description: "Of a PRECONDITION_FAILED: the present version" }),
  })
  .meta({ id: "Problem", description: "A problem (RFC 9457)" });
export type ProblemAnswer = z.infer<typeof problemSchema>;

/** Statuses that the gateway in front of the API answers by itself, in its own form: AWS gives no other. */
export const gatewayStatuses = [413, 429, 500, 503] as const;

export const gatewayAnswerSchema = z
  .object({ message: z.string() })
  .meta({ id: "GatewayAnswer", description: "An answer of the gateway in front of the API, which never reached it" });
