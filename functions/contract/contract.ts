import { attention } from "./attention.ts";
import { audit } from "./audit.ts";
import { batchUpdates } from "./batch-updates.ts";
import { clients } from "./clients.ts";
import { deadLetters } from "./dead-letters.ts";
import { erasures, erasuresAgain } from "./erasures.ts";
import { events } from "./events.ts";
import { auditExamples } from "./examples/audit.ts";
import { batchUpdatesExamples } from "./examples/batch-updates.ts";
import { clientsExamples } from "./examples/clients.ts";
import { erasuresExamples } from "./examples/erasures.ts";
import { eventsExamples } from "./examples/events.ts";
import { exportsExamples } from "./examples/exports.ts";
import { importsExamples } from "./examples/imports.ts";
import { leavingExamples } from "./examples/leaving.ts";
import { libraryExamples } from "./examples/library.ts";
import { meExamples } from "./examples/me.ts";
import { outcomesExamples } from "./examples/outcomes.ts";
import { patronsExamples } from "./examples/patrons.ts";
import { peopleExamples } from "./examples/people.ts";
import { planExamples } from "./examples/plan.ts";
import { presetsExamples } from "./examples/presets.ts";
import { querySetsExamples } from "./examples/query-sets.ts";
import { recipesExamples } from "./examples/recipes.ts";
import { reportExamples } from "./examples/report.ts";
import { savedQueriesExamples } from "./examples/saved-queries.ts";
import { serviceExamples } from "./examples/service.ts";
import { serviceQueuesExamples } from "./examples/service-queues.ts";
import { supportExamples } from "./examples/support.ts";
import { supportLibrariesExamples } from "./examples/support-libraries.ts";
import { exports } from "./exports.ts";
import { imports } from "./imports.ts";
import { leaving } from "./leaving.ts";
import { library } from "./library.ts";
import { me } from "./me.ts";
import { mending } from "./mending.ts";
import type { Example, Operation } from "./operation.ts";
import { outcomes } from "./outcomes.ts";
import { patrons } from "./patrons.ts";
import { people } from "./people.ts";
import { plan } from "./plan.ts";
import { presets } from "./presets.ts";
import { querySets } from "./query-sets.ts";
import { recipes } from "./recipes.ts";
import { report } from "./report.ts";
import { savedQueries } from "./saved-queries.ts";
import { service } from "./service.ts";
import { serviceQueues } from "./service-queues.ts";
import { support } from "./support.ts";
import { supportLibraries } from "./support-libraries.ts";
import { verify } from "./verify.ts";

interface Noun {
  readonly name: string;
  readonly description: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** Every noun of the API with its operations, in the order in which documentation shows them. */
export const nouns: readonly Noun[] = [
  { name: "Identity", description: "Who calls", operations: me },
  { name: "Library", description: "A library's settings and tables of codes", operations: library },
  { name: "People", description: "Who signs in for a library, with which role", operations: people },
  { name: "Clients", description: "A library's own systems that call this API", operations: clients },
  { name: "Imports", description: "How records of patrons and titles come in", operations: imports },
  {
    name: "Exports",
    description: "How records of patrons and titles go out, to be imported again",
    operations: exports,
  },
  { name: "Patrons", description: "Patrons with their media, and what touched them", operations: patrons },
  { name: "Erasures", description: "Patrons that are erased for good", operations: erasures },
  { name: "Query sets", description: "Sets of patrons that a batch update is planned for", operations: querySets },
  { name: "Saved queries", description: "Criteria kept under a name", operations: savedQueries },
  { name: "Presets", description: "Changes kept under a name", operations: presets },
  { name: "Recipes", description: "A query, a preset and a medium: what is done again and again", operations: recipes },
  {
    name: "Batch updates",
    description: "Updates, retries and undos, from planning to the end",
    operations: batchUpdates,
  },
  { name: "Plans", description: "What a batch update would write, to be reviewed", operations: plan },
  { name: "Outcomes", description: "What became of each patron", operations: outcomes },
  { name: "Reports", description: "Files about a batch update that has ended", operations: { ...report, ...verify } },
  { name: "Service queues", description: "Titles waiting to be served to a patron", operations: serviceQueues },
  { name: "Events", description: "What has become of things, as a feed", operations: events },
  { name: "Audit", description: "Who did what", operations: audit },
  {
    name: "Libraries",
    description: "The libraries that Keystone serves",
    operations: { ...supportLibraries, ...leaving },
  },
  {
    name: "Support",
    description: "What Keystone's support looks at",
    operations: { ...attention, ...support, ...mending, ...deadLetters, ...erasuresAgain },
  },
  { name: "Service", description: "What needs no token", operations: service },
];

const examples: Readonly<Record<string, Example>> = {
  ...meExamples,
  ...libraryExamples,
  ...peopleExamples,
  ...clientsExamples,
  ...importsExamples,
  ...exportsExamples,
  ...patronsExamples,
  ...erasuresExamples,
  ...querySetsExamples,
  ...savedQueriesExamples,
  ...presetsExamples,
  ...recipesExamples,
  ...batchUpdatesExamples,
  ...planExamples,
  ...outcomesExamples,
  ...reportExamples,
  ...serviceQueuesExamples,
  ...eventsExamples,
  ...auditExamples,
  ...supportLibrariesExamples,
  ...leavingExamples,
  ...supportExamples,
  ...serviceExamples,
};

export interface Described extends Operation {
  /** The noun under which documentation lists it. */
  readonly noun: string;
  /** Kept apart, so that clients do not carry it along. */
  readonly example: Example;
}

/** Every operation of the API. */
export const operations: readonly Described[] = nouns.flatMap(({ name: noun, operations: its }) =>
  Object.values(its).map((one) => ({ ...one, noun, example: examples[one.name] ?? {} })),
);
