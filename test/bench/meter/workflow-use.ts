import {
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  paginateGetExecutionHistory,
  SFNClient,
} from "@aws-sdk/client-sfn";
import type { Bed } from "../bed.ts";

export interface WorkflowUse {
  readonly transitions: number;
  readonly expressRequests: number;
}

/**
 * What the workflows that began since then are billed by: each state entered and each child started is one transition,
 * each child one Express request.
 */
export async function workflowUseSince({ endpoints }: Bed, since: Date): Promise<WorkflowUse> {
  const { region, accessKeyId, secretAccessKey, stepFunctions, stateMachines } = endpoints;
  const client = new SFNClient({ region, endpoint: stepFunctions, credentials: { accessKeyId, secretAccessKey } });
  let transitions = 0;
  let expressRequests = 0;
  for (const stateMachineArn of Object.values(stateMachines)) {
    const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
    for (const { executionArn, startDate } of executions) {
      if (startDate === undefined || startDate < since) continue;
      for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn })) {
        transitions += events.filter(({ type }) => type?.endsWith("StateEntered")).length;
      }
      const { mapRuns = [] } = await client.send(new ListMapRunsCommand({ executionArn }));
      for (const { mapRunArn } of mapRuns) {
        const { itemCounts } = await client.send(new DescribeMapRunCommand({ mapRunArn }));
        transitions += itemCounts?.total ?? 0;
        expressRequests += itemCounts?.total ?? 0;
      }
    }
  }
  client.destroy();
  return { transitions, expressRequests };
}
