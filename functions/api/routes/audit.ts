import { z } from "zod";
import { auditEntrySchema, listAudit } from "#records/library/audit";
import { decodeCursor, page, pageQuery } from "../page.ts";
import { ok, type Route, route } from "../route.ts";

export const auditRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/audit",
    summary: "Who did what to which thing, newest first",
    roles: ["administrator", "support"],
    query: z.strictObject(pageQuery),
    success: {
      status: 200,
      schema: z.object({ items: z.array(auditEntrySchema), nextCursor: z.string().optional() }),
    },
    handle: async ({ library, query }, { store }) => {
      const { items, next } = await listAudit(store, library, query.limit, decodeCursor(query.cursor));
      return ok(page(items, next));
    },
  }),
];
