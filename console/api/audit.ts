import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { call } from "./call.ts";
import { type PageRequest, pageOf } from "./list.ts";

const entrySchema = z.object({
  at: z.string(),
  actor: z.string(),
  role: z.string(),
  action: z.string(),
  subject: z.string().optional(),
  detail: z.unknown().optional(),
});
export type AuditEntry = z.infer<typeof entrySchema>;

export const auditQuery = (page: PageRequest) =>
  queryOptions({
    queryKey: ["audit", page],
    queryFn: ({ signal }) => call("GET", "/audit", { answer: pageOf(entrySchema), query: { ...page }, signal }),
  });
