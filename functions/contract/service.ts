import { z } from "zod";
import { operation } from "./operation.ts";

/** What concerns the service itself and needs no token. */
export const service = {
  health: operation({
    name: "getHealth",
    method: "GET",
    path: "/v1/health",
    summary: "Whether the API answers",
    scope: "none",
    access: "open",
    answers: { 200: z.object({ status: z.literal("UP") }).meta({ id: "Health" }) },
  }),
  describe: operation({
    name: "getOpenApi",
    method: "GET",
    path: "/v1/openapi.json",
    summary: "This description of the API",
    scope: "none",
    access: "open",
    answers: {
      200: z.record(z.string(), z.unknown()).meta({ id: "OpenApiDocument", description: "An OpenAPI 3.1 document" }),
    },
  }),
};
