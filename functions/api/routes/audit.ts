import { audit } from "#contract/audit";
import { listAudit } from "#records/library/audit";
import { decodeCursor, page } from "../page.ts";
import { implement, ok, type Route } from "../route.ts";

export const auditRoutes: readonly Route[] = [
  implement(audit.list, async ({ query }, { store }) => {
    const { limit, cursor, ...filter } = query;
    const { items, next } = await listAudit(store, limit, decodeCursor(cursor), filter);
    return ok(page(items, next));
  }),
];
