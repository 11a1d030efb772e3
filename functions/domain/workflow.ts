/**
 * The long jobs, each a workflow of its own, and by which nouns each is known:
 * `step` in the names of its executions, `item` in the keys of its open work (planning and applying are work on the same
 * item), `collection` in addresses and in the audit, and `restart` in the acts of support.
 */
export const workflowNouns = {
  "build-query-set": { step: "query", item: "query-set", collection: "query-sets", restart: "query-sets" },
  plan: { step: "plan", item: "batch-update", collection: "batch-updates", restart: "plans" },
  apply: { step: "apply", item: "batch-update", collection: "batch-updates", restart: "runs" },
  import: { step: "import", item: "import", collection: "imports", restart: "imports" },
  export: { step: "export", item: "export", collection: "exports", restart: "exports" },
  erase: { step: "erase", item: "erasure", collection: "erasures", restart: "erasures" },
} as const;

export type WorkflowName = keyof typeof workflowNouns;
type Nouns = (typeof workflowNouns)[WorkflowName];

export const workflowNames = Object.keys(workflowNouns) as [WorkflowName, ...WorkflowName[]];

/** The first workflow that a noun of it is known by. */
export function workflowKnownBy(noun: keyof Nouns, name: string): WorkflowName | undefined {
  return workflowNames.find((workflow) => workflowNouns[workflow][noun] === name);
}

/** What the names of all executions of one job begin with: only letters, digits and hyphens, as logged ones must. */
export function executionBase(library: string, id: string, workflow: WorkflowName): string {
  return `${library}-${id}-${workflowNouns[workflow].step}`;
}
