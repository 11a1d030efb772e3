import { audit } from "./audit.ts";
import { batchUpdates } from "./batch-updates.ts";
import { imports } from "./imports.ts";
import { library } from "./library.ts";
import { me } from "./me.ts";
import type { Operation } from "./operation.ts";
import { outcomes } from "./outcomes.ts";
import { patrons } from "./patrons.ts";
import { plan } from "./plan.ts";
import { presets } from "./presets.ts";
import { querySets } from "./query-sets.ts";
import { report } from "./report.ts";
import { savedQueries } from "./saved-queries.ts";
import { service } from "./service.ts";
import { serviceQueues } from "./service-queues.ts";
import { support } from "./support.ts";

/** Every noun of the API with its operations, in the order in which documentation shows them. */
const nouns: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  Identity: me,
  Library: library,
  Imports: imports,
  Patrons: patrons,
  "Query sets": querySets,
  "Saved queries": savedQueries,
  Presets: presets,
  "Batch updates": batchUpdates,
  Plans: plan,
  Outcomes: outcomes,
  Reports: report,
  "Service queues": serviceQueues,
  Audit: audit,
  Support: support,
  Service: service,
};

export interface Described extends Operation {
  /** The noun under which documentation lists it. */
  readonly noun: string;
}

/** Every operation of the API. */
export const operations: readonly Described[] = Object.entries(nouns).flatMap(([noun, its]) =>
  Object.values(its).map((one) => ({ ...one, noun })),
);
