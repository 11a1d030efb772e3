import { queryOptions } from "@tanstack/react-query";
import { audit } from "#contract/audit";
import type { AuditFilter } from "../audit/audit-filter.ts";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";

/** Where an audit is read, and whether it can be downloaded. */
export type AuditSource = "library" | "keystone";

export const auditQuery = (source: AuditSource, filter: AuditFilter, page: PageRequest) =>
  queryOptions({
    queryKey: ["audit", source, filter, page],
    queryFn: ({ signal }) => {
      const query = { ...filter, ...page };
      // Keystone's own belongs to no library.
      return source === "library"
        ? call(audit.list, { query, signal })
        : call(audit.listOfKeystone, { query, errand: {}, signal });
    },
  });

/** With a link that is good for minutes. */
export function exportAudit(filter: AuditFilter) {
  return call(audit.export, { query: { ...filter } });
}
