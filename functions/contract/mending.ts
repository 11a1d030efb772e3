import { operation } from "./operation.ts";
import { doneActSchema, supportActSchema } from "./support-act.ts";

/** Acts by which support brings a job to its end. */
export const mending = {
  restart: operation({
    name: "restartJob",
    method: "POST",
    path: "/v1/support/jobs/:jobKind/:jobId/restart",
    summary: "Starts again, or closes again, what crashed or failed",
    description:
      "jobKind is query-sets, plans, runs, imports, exports or erasures. What is done stays done and nothing is written twice. Of a run that has ended, whose report is not what its chunks left, the report is written once more. One that is at work and gets on, that has ended well, or whose upload is gone (22 hours after it failed): 409.",
    roles: ["support"],
    scope: "none",
    body: supportActSchema,
    answers: { 200: doneActSchema },
    problems: ["CONFLICT"],
  }),
  stop: operation({
    name: "stopExecution",
    method: "POST",
    path: "/v1/support/executions/:name/stop",
    summary: "Stops an execution",
    description:
      "What it did stays done. Where its job is still open, the system goes on with it within a minute or two, in another execution. One that has ended already: nothing is done.",
    roles: ["support"],
    scope: "none",
    body: supportActSchema,
    answers: { 200: doneActSchema },
  }),
};
