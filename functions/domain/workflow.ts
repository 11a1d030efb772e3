/** The long jobs, each a workflow of its own. */
export const workflowNames = ["build-query-set", "plan", "apply", "import"] as const;
export type WorkflowName = (typeof workflowNames)[number];
