import { z } from "zod";
import { problemStatus } from "./problem.ts";
import type { Route } from "./route.ts";

/** Describes the routes as OpenAPI 3.1, from the very schemas that parse the requests. */
export function openApi(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const it of routes) {
    const path = it.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [it.method.toLowerCase()]: operation(it) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Batch Update Patron Profiles", version: "1" },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      schemas: { Problem: problemSchema },
    },
  };
}

function operation(it: Route): Record<string, unknown> {
  const query = toSchema(it.query) as { properties?: Record<string, unknown>; required?: string[] };
  return {
    summary: it.summary,
    operationId: `${it.method.toLowerCase()}${it.path.replace(/[^A-Za-z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    "x-roles": it.roles,
    parameters: [
      ...[...it.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
        name,
        in: "path",
        required: true,
        schema: { type: "string" },
      })),
      ...Object.entries(query.properties ?? {}).map(([name, schema]) => ({
        name,
        in: "query",
        required: false,
        schema,
      })),
      ...(it.scope === "library"
        ? [{ name: "Library", in: "header", required: false, schema: { type: "string" } }]
        : []),
      ...(it.method === "POST"
        ? [
            {
              name: "Idempotency-Key",
              in: "header",
              required: false,
              schema: { type: "string", minLength: 1, maxLength: 64 },
            },
          ]
        : []),
    ],
    ...(it.body !== undefined && {
      requestBody: {
        required: !it.body.safeParse({}).success,
        content: Object.fromEntries(it.contentTypes.map((type) => [type, { schema: toSchema(it.body as z.ZodType) }])),
      },
    }),
    responses: {
      [it.success.status]: {
        description: "Done",
        ...(it.success.schema !== undefined && {
          content: { "application/json": { schema: toSchema(it.success.schema) } },
        }),
      },
      default: {
        description: "A problem (RFC 9457)",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function toSchema(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any", reused: "inline" });
}

const problemSchema = {
  type: "object",
  required: ["type", "title", "status", "detail", "instance", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    instance: { type: "string" },
    code: { enum: Object.keys(problemStatus) },
    errors: {
      type: "array",
      items: { type: "object", properties: { path: { type: "string" }, message: { type: "string" } } },
    },
  },
};
