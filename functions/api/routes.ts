import type { Route } from "./route.ts";
import { batchUpdateFollowUpRoutes } from "./routes/batch-update-follow-ups.ts";
import { batchUpdateResultRoutes } from "./routes/batch-update-results.ts";
import { batchUpdateReviewRoutes } from "./routes/batch-update-review.ts";
import { batchUpdateRunRoutes } from "./routes/batch-update-run.ts";
import { batchUpdateRoutes } from "./routes/batch-updates.ts";
import { querySetReviewRoutes } from "./routes/query-set-review.ts";
import { querySetRoutes } from "./routes/query-sets.ts";
import { savedQueryRoutes } from "./routes/saved-queries.ts";
import { serviceQueueRoutes } from "./routes/service-queues.ts";

/** Every route of the API. A noun has a file of its own under routes/. */
export const routes: readonly Route[] = [
  ...querySetRoutes,
  ...querySetReviewRoutes,
  ...savedQueryRoutes,
  ...batchUpdateRoutes,
  ...batchUpdateReviewRoutes,
  ...batchUpdateRunRoutes,
  ...batchUpdateFollowUpRoutes,
  ...batchUpdateResultRoutes,
  ...serviceQueueRoutes,
];
