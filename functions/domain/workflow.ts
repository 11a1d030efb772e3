/** The long jobs, each a workflow of its own. */
export const workflowNames = ["build-query-set", "plan", "apply", "import", "export", "erase"] as const;
export type WorkflowName = (typeof workflowNames)[number];

const steps = {
  "build-query-set": "query",
  plan: "plan",
  apply: "apply",
  import: "import",
  export: "export",
  erase: "erase",
} as const;

/** What the names of all executions of one job begin with: only letters, digits and hyphens, as logged ones must. */
export function executionBase(library: string, id: string, workflow: WorkflowName): string {
  return `${library}-${id}-${steps[workflow]}`;
}
