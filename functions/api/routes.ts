import type { Route } from "./route.ts";
import { querySetReviewRoutes } from "./routes/query-set-review.ts";
import { querySetRoutes } from "./routes/query-sets.ts";
import { savedQueryRoutes } from "./routes/saved-queries.ts";
import { serviceQueueRoutes } from "./routes/service-queues.ts";

/** Every route of the API. A noun has a file of its own under routes/. */
export const routes: readonly Route[] = [...serviceQueueRoutes];
