import { ArnFormat, type Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { BatchManager } from "./batch-manager.ts";
import { ChunkedWorkflow } from "./chunked-workflow.ts";
import { largestMemory } from "./house-function.ts";
import { bucketRights, keyRights, madeAgain, oneLibrary, scratch, scratchRights, tableRights } from "./permissions.ts";
import type { Records } from "./records.ts";
import type { StageConfig } from "./stages.ts";

interface WorkflowsProps {
  readonly config: StageConfig;
  readonly records: Records;
  readonly manager: BatchManager;
  readonly environment: Readonly<Record<string, string>>;
}

/** The workflows with the rights of their functions, each of which is the least that it works with. */
export function addWorkflows(stack: Stack, { config, records: all, manager, environment }: WorkflowsProps) {
  const records = oneLibrary(all);
  const encrypted = keyRights(records, "dynamodb", "s3");
  const sends = new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [manager.queue.queueArn] });
  const shared = { config, records: all, environment, chunkMemory: 1769, jobMemory: largestMemory };
  const buildQuerySet = new ChunkedWorkflow(stack, "BuildQuerySet", {
    ...shared,
    deployable: "build-query-set",
    description: "Builds a query set",
    chunkList: "query-sets/*/chunks.jsonl",
    jobRights: [
      encrypted,
      ...tableRights(records, {
        get: ["settings", "events", "querySets"],
        put: ["open", "audit", "events"],
        update: ["querySets"],
        delete: ["open"],
        query: ["failures"],
      }),
      ...bucketRights(records, { get: ["query-sets"], list: ["query-sets"], put: ["query-sets"] }),
      scratchRights(records, scratch.querySets),
    ],
    chunkRights: [
      encrypted,
      ...tableRights(records, { get: ["querySets"], query: ["profiles"], batchGet: ["reading"] }),
      ...bucketRights(records, { get: ["query-sets"], put: ["query-sets"] }),
    ],
  });
  const plan = new ChunkedWorkflow(stack, "Plan", {
    ...shared,
    deployable: "plan",
    description: "Plans a batch update",
    chunkList: "batch-updates/*/plan/chunks.jsonl",
    jobRights: [
      encrypted,
      ...tableRights(records, {
        get: ["settings", "events", "batchUpdates", "locks"],
        put: ["batchUpdates", "open", "audit", "events"],
        delete: ["open"],
        query: ["failures"],
      }),
      ...bucketRights(records, { get: ["batch-updates"], list: ["batch-updates"], put: ["batch-updates"] }),
      scratchRights(records, scratch.plans),
    ],
    chunkRights: [
      encrypted,
      ...tableRights(records, { get: ["settings", "batchUpdates"], batchGet: ["profiles", "reading"] }),
      ...bucketRights(records, { get: ["query-sets", "batch-updates"], put: ["batch-updates"] }),
    ],
  });
  const apply = new ChunkedWorkflow(stack, "Apply", {
    ...shared,
    deployable: "apply",
    description: "Applies a batch update",
    chunkList: "batch-updates/*/apply/chunks.jsonl",
    canary: true,
    // A chunk asks for fills, and closing for those that a chunk has left. A queue knows no libraries.
    ownRights: [sends, keyRights(records, "sqs")],
    jobRights: [
      encrypted,
      ...tableRights(records, {
        get: ["settings", "events", "batchUpdates"],
        batchGet: ["profiles", "reading"],
        put: ["batchUpdates", "open", "audit", "events"],
        update: ["fills"],
        delete: ["open"],
        query: ["failures"],
        partiqlInsert: ["reading"],
        partiqlUpdate: ["reading"],
      }),
      ...bucketRights(records, {
        get: ["batch-updates"],
        list: ["batch-updates"],
        put: ["batch-updates"],
        stream: ["batch-updates"],
      }),
      scratchRights(records, scratch.runs),
    ],
    chunkRights: [
      encrypted,
      ...tableRights(records, {
        get: ["settings", "events", "batchUpdates", "locks"],
        batchGet: ["profiles", "reading"],
        // Where a line is written onto another record than was planned, the record goes with its history.
        put: ["reading", "batchUpdates", "audit", "events"],
        update: ["profiles", "fills"],
        partiqlInsert: ["profiles", "reading"],
        partiqlUpdate: ["profiles", "reading"],
      }),
      ...bucketRights(records, { get: ["batch-updates"], put: ["batch-updates"] }),
    ],
  });
  const importing = new ChunkedWorkflow(stack, "Import", {
    ...shared,
    deployable: "import",
    description: "Imports patrons or titles",
    chunkList: "imports/*/chunks.jsonl",
    jobRights: [
      encrypted,
      ...tableRights(records, {
        get: ["settings", "events", "imports"],
        put: ["open", "audit", "events"],
        update: ["imports", "locks"],
        delete: ["open"],
        query: ["failures"],
      }),
      ...bucketRights(records, {
        get: ["imports", "catalogue"],
        list: ["imports", "catalogue"],
        put: ["imports", "catalogue"],
        stream: ["imports"],
      }),
      scratchRights(records, scratch.imports),
    ],
    chunkRights: [
      encrypted,
      ...tableRights(records, {
        get: ["settings", "imports", "locks"],
        // Whoever was erased since the import was started is not brought back.
        batchGet: ["profiles", "reading", "erasures"],
        batchPut: ["profiles", "reading"],
        partiqlInsert: ["profiles"],
        partiqlUpdate: ["profiles"],
      }),
      ...bucketRights(records, { get: ["imports", "catalogue"], put: ["imports"] }),
    ],
  });
  const exporting = new ChunkedWorkflow(stack, "Export", {
    ...shared,
    deployable: "export",
    description: "Exports patrons or titles",
    chunkList: "exports/*/chunks.jsonl",
    jobRights: [
      encrypted,
      ...tableRights(records, {
        get: ["settings", "events", "exports", "querySets"],
        put: ["open", "audit", "events"],
        update: ["exports"],
        delete: ["open"],
        // What a library that leaves takes with it.
        query: ["failures", "audit", "savedQueries", "presets", "recipes"],
        batchGet: ["audit"],
      }),
      ...bucketRights(records, {
        get: ["exports", "catalogue", "query-sets"],
        list: ["exports"],
        put: ["exports"],
        stream: ["exports"],
      }),
      scratchRights(records, scratch.exports),
    ],
    chunkRights: [
      encrypted,
      ...tableRights(records, { get: ["exports"], query: ["profiles"], batchGet: ["reading"] }),
      ...bucketRights(records, { get: ["exports", "catalogue", "query-sets"], put: ["exports"] }),
    ],
  });
  const erasing = new ChunkedWorkflow(stack, "Erase", {
    ...shared,
    deployable: "erase",
    description: "Erases a patron",
    chunkList: "erasures/*/chunks.jsonl",
    jobRights: [
      encrypted,
      ...tableRights(records, {
        get: ["settings", "erasures", "locks", "profiles", "imports"],
        // The patron's items, and the jobs that may hold something of them.
        query: ["profiles", "reading", "querySets", "batchUpdates", "imports", "exports"],
        put: ["profiles", "reading", "open"],
        update: ["erasures", "exports", "imports", "locks"],
        delete: ["profiles", "reading", "open"],
      }),
      // Files that wait for their import go before imports may begin again.
      ...bucketRights(records, { get: ["erasures", "imports"], list: ["exports"], put: ["erasures"] }),
      scratchRights(records, [...scratch.erasures, ...scratch.exports, ...scratch.imports]),
    ],
    chunkRights: [
      encrypted,
      ...tableRights(records, {
        get: ["erasures", "querySets", "batchUpdates", "imports", "exports", "open"],
        put: ["batchUpdates"],
        // Why a service queue could not be filled tells something of the patron.
        query: ["fills"],
        update: ["querySets", "imports", "fills"],
        delete: ["open"],
      }),
      ...bucketRights(records, {
        get: ["erasures", "query-sets", "batch-updates", "imports"],
        put: ["erasures", "query-sets", "batch-updates", "imports"],
      }),
      // What is made anew when it is asked for again, and what of a job that failed is of no more use without the patron.
      scratchRights(records, [...madeAgain, ...scratch.imports, ...scratch.querySets]),
    ],
  });
  return {
    BuildQuerySet: buildQuerySet,
    Plan: plan,
    Apply: apply,
    Import: importing,
    Export: exporting,
    Erase: erasing,
  };
}
export type Workflows = ReturnType<typeof addWorkflows>;

/** By which variables functions that start workflows find them. */
export function workflowEnvironment({ BuildQuerySet, Plan, Apply, Import, Export, Erase }: Workflows) {
  return {
    BUILD_QUERY_SET_ARN: BuildQuerySet.stateMachine.stateMachineArn,
    PLAN_ARN: Plan.stateMachine.stateMachineArn,
    APPLY_ARN: Apply.stateMachine.stateMachineArn,
    IMPORT_ARN: Import.stateMachine.stateMachineArn,
    EXPORT_ARN: Export.stateMachine.stateMachineArn,
    ERASE_ARN: Erase.stateMachine.stateMachineArn,
  };
}

/** Rights on workflows and their executions, for functions that start or show them. */
export function workflowRights(stack: Stack, workflows: Workflows) {
  const machines = Object.values(workflows).map(({ stateMachine }) => stateMachine);
  const arns = (resource: "execution" | "mapRun", separator: ":" | "/") =>
    machines.map(({ stateMachineName }) =>
      stack.formatArn({
        service: "states",
        resource,
        resourceName: `${stateMachineName}${separator}*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
  const executions = arns("execution", ":");
  const machineArns = machines.map(({ stateMachineArn }) => stateMachineArn);
  const right = (actions: string[], resources: string[]) => new PolicyStatement({ actions, resources });
  return {
    starts: right(["states:StartExecution"], machineArns),
    stops: right(["states:StopExecution"], executions),
    looks: right(["states:DescribeExecution"], executions),
    looksClosely: right(["states:GetExecutionHistory", "states:ListMapRuns"], executions),
    lists: right(["states:ListExecutions"], machineArns),
    looksAtMaps: right(["states:DescribeMapRun"], arns("mapRun", "/")),
  };
}
