import { events } from "#contract/events";
import { listEvents } from "#records/library/events";
import { decodeCursor, page } from "../page.ts";
import { implement, ok, type Route } from "../route.ts";

export const eventRoutes: readonly Route[] = [
  implement(events.list, async ({ query, now }, { store }) => {
    const { items, next } = await listEvents(store, query.limit, decodeCursor(query.cursor) ?? query.after, now);
    return ok(page(items, next));
  }),
];
