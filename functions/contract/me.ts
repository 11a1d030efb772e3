import { z } from "zod";
import { roles } from "#domain/role";
import { idSchema } from "#domain/text";
import { operation } from "./operation.ts";

/** Who calls. Support has no library of its own. */
export const meSchema = z
  .object({ library: idSchema.optional(), roles: z.array(z.enum(roles)).min(1), name: z.string() })
  .meta({ id: "Me" });

export const me = {
  get: operation({
    name: "getMe",
    method: "GET",
    path: "/v1/me",
    summary: "Who the token says that the caller is",
    scope: "none",
    answers: { 200: meSchema },
  }),
};
