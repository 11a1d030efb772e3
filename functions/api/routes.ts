import type { Route } from "./route.ts";
import { attentionRoutes } from "./routes/attention.ts";
import { auditRoutes } from "./routes/audit.ts";
import { batchUpdateFollowUpRoutes } from "./routes/batch-update-follow-ups.ts";
import { batchUpdateHandoverRoutes } from "./routes/batch-update-handover.ts";
import { batchUpdateResultRoutes } from "./routes/batch-update-results.ts";
import { batchUpdateReviewRoutes } from "./routes/batch-update-review.ts";
import { batchUpdateRunRoutes } from "./routes/batch-update-run.ts";
import { batchUpdateRoutes } from "./routes/batch-updates.ts";
import { clientRoutes } from "./routes/clients.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { erasureRoutes } from "./routes/erasures.ts";
import { erasuresAgainRoutes } from "./routes/erasures-again.ts";
import { eventRoutes } from "./routes/events.ts";
import { exportRoutes } from "./routes/exports.ts";
import { importRoutes } from "./routes/imports.ts";
import { leavingRoutes } from "./routes/leaving.ts";
import { libraryRoutes } from "./routes/library.ts";
import { meRoutes } from "./routes/me.ts";
import { mediumEditRoutes } from "./routes/medium-edits.ts";
import { mendingRoutes } from "./routes/mending.ts";
import { patronRoutes } from "./routes/patrons.ts";
import { peopleRoutes } from "./routes/people.ts";
import { presetRoutes } from "./routes/presets.ts";
import { querySetAgainRoutes } from "./routes/query-set-again.ts";
import { querySetReviewRoutes } from "./routes/query-set-review.ts";
import { querySetRoutes } from "./routes/query-sets.ts";
import { recipeRoutes } from "./routes/recipes.ts";
import { savedQueryRoutes } from "./routes/saved-queries.ts";
import { serviceQueueRoutes } from "./routes/service-queues.ts";
import { supportRoutes } from "./routes/support.ts";
import { supportLibraryRoutes } from "./routes/support-libraries.ts";
import { verifyRoutes } from "./routes/verify.ts";

/** Every route of the API. A noun has a file of its own under routes/. */
export const routes: readonly Route[] = [
  ...meRoutes,
  ...libraryRoutes,
  ...peopleRoutes,
  ...clientRoutes,
  ...auditRoutes,
  ...eventRoutes,
  ...importRoutes,
  ...exportRoutes,
  ...patronRoutes,
  ...mediumEditRoutes,
  ...erasureRoutes,
  ...querySetRoutes,
  ...querySetReviewRoutes,
  ...querySetAgainRoutes,
  ...savedQueryRoutes,
  ...presetRoutes,
  ...recipeRoutes,
  ...batchUpdateRoutes,
  ...batchUpdateReviewRoutes,
  ...batchUpdateHandoverRoutes,
  ...batchUpdateRunRoutes,
  ...batchUpdateFollowUpRoutes,
  ...batchUpdateResultRoutes,
  ...serviceQueueRoutes,
  ...supportLibraryRoutes,
  ...leavingRoutes,
  ...attentionRoutes,
  ...verifyRoutes,
  ...supportRoutes,
  ...mendingRoutes,
  ...deadLetterRoutes,
  ...erasuresAgainRoutes,
];
