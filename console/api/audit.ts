import { queryOptions } from "@tanstack/react-query";
import { audit } from "#contract/audit";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";

export const auditQuery = (page: PageRequest) =>
  queryOptions({
    queryKey: ["audit", page],
    queryFn: ({ signal }) => call(audit.list, { query: { ...page }, signal }),
  });

/** With a link that is good for minutes. */
export function exportAudit() {
  return call(audit.export, { query: {} });
}
