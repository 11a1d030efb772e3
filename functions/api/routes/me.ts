import { z } from "zod";
import { roles } from "#domain/role";
import { ok, type Route, route } from "../route.ts";

export const meRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/me",
    summary: "Who the token says that the caller is",
    scope: "none",
    success: {
      status: 200,
      schema: z.object({ library: z.string().optional(), roles: z.array(z.enum(roles)), name: z.string() }),
    },
    handle: async ({ caller: { name, library, roles } }) =>
      ok({ ...(library !== undefined && { library }), roles, name }),
  }),
];
