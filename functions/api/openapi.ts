import { z } from "zod";
import { type Described, nouns, operations } from "#contract/contract";
import { criteriaSchemas } from "#contract/criteria";
import { manners } from "#contract/manners";
import { problemsOf } from "#contract/operation";
import { pathParameters } from "#contract/path-parameters";
import {
  gatewayAnswerSchema,
  gatewayStatuses,
  type ProblemCode,
  problemCodes,
  problemSchema,
  problemStatus,
} from "#contract/problem";

type Json = Record<string, unknown>;

export interface Place {
  /** Where the API is served, such as `https://updates.example.org`. */
  readonly origin: string;
  /** Where machine clients get their tokens. */
  readonly tokenUrl: string;
}

const about = `Changes many talking-book patron profiles at once: reviewed, exactly once, and undoable.

The job: make a query set, plan a batch update of it, look at the plan, process exactly that plan, read the outcomes.

${manners.map((one) => `- ${one}`).join("\n")}`;

/** Describes the contract as OpenAPI 3.1, from the very schemas that parse the requests and check the answers. */
export function openApi({ origin, tokenUrl }: Place): Json {
  const schemas = new Schemas();
  const paths: Record<string, Json> = {};
  for (const it of operations) {
    const path = it.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [it.method.toLowerCase()]: describe(it, schemas) };
  }
  const given = problemCodes.filter((code) => operations.some((it) => problemsOf(it).includes(code)));
  const responses = Object.fromEntries(given.map((code) => [code, problemResponse(code, schemas)]));
  return {
    openapi: "3.1.1",
    info: {
      title: "Batch Update Patron Profiles",
      version: "1",
      summary: "The HTTP API, version 1",
      description: about,
      contact: { name: "Keystone Systems", url: origin },
      license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
    },
    servers: [{ url: origin }],
    tags: nouns.map(({ name, description }) => ({ name, description })),
    security: [{ bearer: [] }, { clientCredentials: [] }],
    paths,
    components: {
      schemas: { ...schemas.named, ...criteriaSchemas() },
      responses,
      parameters,
      headers,
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "An access token, not an ID token",
        },
        clientCredentials: {
          type: "oauth2",
          description: "How a machine client gets its access token",
          flows: { clientCredentials: { tokenUrl, scopes: {} } },
        },
      },
    },
  };
}

/** Converts schemas, keeping those with a name apart: everybody else refers to them. */
class Schemas {
  readonly named: Record<string, unknown> = {};

  of(schema: z.ZodType): Json {
    const { $schema, $defs, ...root } = z.toJSONSchema(schema, {
      io: "input",
      unrepresentable: "any",
      override: ({ jsonSchema }) => {
        // A format says it better than a pattern of 400 characters, and no range better than that of all integers.
        if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      },
    });
    Object.assign(this.named, inComponents($defs ?? {}));
    return inComponents(root);
  }

  /** A body or an answer, which must have a name. */
  byName(schema: z.ZodType, where: string): Json {
    const converted = this.of(schema);
    if (converted["$ref"] === undefined) throw new Error(`${where} has a schema without a name`);
    return converted;
  }
}

function inComponents(schema: object): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

function describe(it: Described, schemas: Schemas): Json {
  return {
    operationId: it.name,
    tags: [it.noun],
    summary: it.summary,
    ...(it.description !== undefined && { description: it.description }),
    "x-roles": it.roles,
    ...(it.access === "open" && { security: [] }),
    parameters: parametersOf(it, schemas),
    ...(it.body !== undefined && !isEmpty(it.body) && { requestBody: requestBody(it, it.body, schemas) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(it.answers).map(([status, schema]) => [status, answer(it, Number(status), schema, schemas)]),
      ),
      ...problemResponses(it),
    },
  };
}

function isEmpty(body: z.ZodType): boolean {
  return body instanceof z.ZodObject && Object.keys(body.shape).length === 0;
}

function parametersOf(it: Described, schemas: Schemas): Json[] {
  const inPath = [...it.path.matchAll(/:(\w+)/g)].map(([, name = ""]) => {
    const schema = pathParameters[name];
    if (schema === undefined) throw new Error(`The parameter ${name} of ${it.path} is not described`);
    return { name, in: "path", required: true, schema: schemas.of(schema) };
  });
  const { properties = {}, required = [] } = z
    .object({
      properties: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
      required: z.array(z.string()).optional(),
    })
    .parse(schemas.of(it.query));
  const inQuery = Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
  const inHeaders = [
    ...(it.scope === "library" ? ["LibraryHeader"] : []),
    ...(it.method !== "GET" && it.roles.includes("support") ? ["Reason"] : []),
    ...(it.method === "POST" ? ["IdempotencyKey"] : []),
    ...(it.ifMatch ? ["IfMatch"] : []),
  ].map((name) => ({ $ref: `#/components/parameters/${name}` }));
  return [...inPath, ...inQuery, ...inHeaders];
}

function requestBody(it: Described, body: z.ZodType, schemas: Schemas): Json {
  const content = {
    schema: schemas.byName(body, `The body of ${it.name}`),
    ...(it.example.body !== undefined && { example: it.example.body }),
  };
  return {
    required: !body.safeParse({}).success,
    content: Object.fromEntries(it.contentTypes.map((type) => [type, content])),
  };
}

const meanings: Readonly<Record<number, string>> = {
  200: "Done",
  201: "Made",
  202: "Taken on; it goes on by itself",
  204: "Done; there is nothing to say",
};

function answer(it: Described, status: number, schema: z.ZodType, schemas: Schemas): Json {
  const given = [
    "Request-Id",
    ...(it.etag ? ["ETag"] : []),
    ...(status === 201 ? ["Location"] : []),
    ...(it.method === "POST" ? ["Idempotent-Replayed"] : []),
  ];
  return {
    description: meanings[status] ?? "Done",
    headers: headersByName(given),
    ...(!(schema instanceof z.ZodUndefined) && {
      content: {
        "application/json": {
          schema: schemas.byName(schema, `The answer ${status} of ${it.name}`),
          ...(it.example.answer !== undefined && { example: it.example.answer }),
        },
      },
    }),
  };
}

function problemResponses(it: Described): Json {
  return Object.fromEntries(
    problemsOf(it).map((code) => [problemStatus[code], { $ref: `#/components/responses/${code}` }]),
  );
}

function problemResponse(code: ProblemCode, schemas: Schemas): Json {
  const status = problemStatus[code];
  const problem = schemas.byName(problemSchema, "A problem");
  const gateway = schemas.byName(gatewayAnswerSchema, "An answer of the gateway");
  const given = [
    "Request-Id",
    ...(status === 429 || status === 503 || status === 409 ? ["Retry-After"] : []),
    ...(status === 401 ? ["WWW-Authenticate"] : []),
  ];
  return {
    description: code,
    headers: headersByName(given),
    content: {
      "application/problem+json": { schema: problem },
      ...(gatewayStatuses.some((one) => one === status) && { "application/json": { schema: gateway } }),
    },
  };
}

function headersByName(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

const text = { type: "string" };
const headers: Readonly<Record<string, Json>> = {
  "Request-Id": { description: "Names this answer in the logs: tell it to support", schema: text },
  ETag: { description: "The version, for If-Match", schema: text },
  Location: { description: "Where the thing that was made is", schema: { type: "string", format: "uri" } },
  "Idempotent-Replayed": {
    description: "true where this is the answer that the first request with the Idempotency-Key got",
    schema: { type: "string", enum: ["true"] },
  },
  "Retry-After": {
    description: "Seconds after which to ask again. With a 409 only where what stands in the way ends by itself",
    schema: { type: "integer", minimum: 1 },
  },
  "WWW-Authenticate": { description: "Bearer", schema: text },
};

const parameters: Readonly<Record<string, Json>> = {
  LibraryHeader: {
    name: "Library",
    in: "header",
    required: false,
    description: "The library that support acts on. For everyone else the own library, or left out.",
    schema: { type: "string", pattern: "^[A-Za-z0-9._-]{1,32}$" },
  },
  Reason: {
    name: "Reason",
    in: "header",
    required: false,
    description:
      "Why support acts: 1 to 500 characters, as UTF-8 in percent-encoding. It may stand in the body as `reason` instead; support's act without it is refused (422). No one else needs it.",
    schema: { type: "string" },
  },
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    description: "1 to 64 visible characters that name this act, so that a repeated request does it once",
    schema: { type: "string", pattern: "^[\\x21-\\x7e]{1,64}$" },
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    required: false,
    description: "The ETag that was read: where the version is another by now, 412 and nothing is changed",
    schema: text,
  },
};
