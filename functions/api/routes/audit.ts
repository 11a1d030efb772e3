import { audit } from "#contract/audit";
import { listAudit, listKeystoneAudit, madeAtOf } from "#records/library/audit";
import { decodeCursor, page } from "../page.ts";
import { implement, ok, type Route } from "../route.ts";
import { exportAudit } from "./audit-export.ts";

export const auditRoutes: readonly Route[] = [
  implement(audit.list, async ({ query }, { store, stores }) => {
    const { limit, cursor, ...filter } = query;
    const beginsNewest = cursor === undefined && filter.to === undefined;
    const madeAt = beginsNewest ? undefined : await madeAtOf(stores.across, store.library);
    const { items, next } = await listAudit(store, limit, decodeCursor(cursor), filter, madeAt);
    return ok(page(items, next));
  }),
  implement(audit.export, exportAudit),
  implement(audit.listOfKeystone, async ({ query }, { stores }) => {
    const { limit, cursor, ...filter } = query;
    const { items, next } = await listKeystoneAudit(stores.across, limit, decodeCursor(cursor), filter);
    return ok(page(items, next));
  }),
];
