import { join } from "node:path";
import { z } from "zod";
import { type Cloud, region } from "./cloud.ts";
import type { Engines } from "./engines.ts";
import type { SessionCredentials } from "./iam/sessions.ts";
import { type Functions, openFunctions } from "./lambda/functions.ts";
import type { Invoke } from "./lambda/invocation.ts";
import { type StepLines, saidTasks } from "./step-lines.ts";
import type { Template } from "./template.ts";

/**
 * Invocations at the same time of a function that works on chunks and queues. They compute: more of them than a small
 * machine has processors only take each other's time and memory.
 */
const workersAtOnce = 2;

/** Requests that may wait for the API; one more is told to come back. */
const mostRequestsWaiting = 1000;

/** Functions that erase patrons, by what their paths in the template begin with. */
const erasing = ["Erase", "Expiry"];

const taskSchema = z.looseObject({ library: z.string() });

/** Tasks of different libraries take turns, so that one library's flood leaves the others their share. */
export function libraryOf(payload: unknown): string {
  return taskSchema.safeParse(payload).data?.library ?? "";
}

/** How a product's functions run. */
export interface WorkerOptions {
  /** Invocations at the same time of a function that answers requests; those that work behind it are fewer. */
  readonly concurrency?: number;
  /** A module that is loaded into every function's worker before its bundle. */
  readonly preload?: string;
  /** By which the functions' clock is ahead. */
  readonly clockOffsetSeconds?: number;
  /** Seconds for which a function may go by who somebody was. */
  readonly membershipSeconds?: number;
}

interface Place {
  readonly cloud: Cloud;
  readonly template: Template;
  readonly dataDir: string;
  readonly engines: Engines;
  /** Where Step Functions and the user pool answer. */
  readonly endpoints: { readonly stepFunctions: string; readonly userPool: string };
  /** ARN of the function that answers requests. */
  readonly api: string;
  /** An address of the template as it is here. */
  local(address: string): string;
  readonly lines: StepLines;
  isClosing(): boolean;
}

/**
 * Opens the template's functions, in worker threads, with where they find the engines. Each call is said, and the table's file
 * is written anew around those that erase.
 */
export async function openWorkers(place: Place, options: WorkerOptions): Promise<Functions> {
  const { cloud, template, dataDir, engines, endpoints, api, local, lines, isClosing } = place;
  const { concurrency = 4, preload, membershipSeconds, clockOffsetSeconds } = options;
  const logs = join(dataDir, "logs");
  const functions = await openFunctions({
    cloud,
    assets: template.assets,
    logs,
    say: lines.step,
    local,
    limitsOf: (functionArn) =>
      functionArn === api
        ? { concurrency, mostWaiting: mostRequestsWaiting }
        : { concurrency: Math.min(concurrency, workersAtOnce) },
    preload: preload === undefined ? [] : [preload],
    credentialsOf: (role) => credentialVariables(engines.sessions.issue({ role, tags: {} })),
    environment: {
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: "true",
      // Nobody makes metrics of lines here, and the same numbers stand on the summary lines.
      POWERTOOLS_METRICS_DISABLED: "true",
      LOG_FOLDER: logs,
      AWS_ENDPOINT_URL_DYNAMODB: engines.dynamodb,
      AWS_ENDPOINT_URL_S3: engines.s3.endpoint,
      AWS_ENDPOINT_URL_SQS: engines.sqs.endpoint,
      AWS_ENDPOINT_URL_SFN: endpoints.stepFunctions,
      AWS_ENDPOINT_URL_STS: engines.sts.endpoint,
      AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoints.userPool,
      ...(membershipSeconds !== undefined && { MEMBERSHIP_SECONDS: String(membershipSeconds) }),
      ...(clockOffsetSeconds !== undefined && { CLOCK_OFFSET_SECONDS: String(clockOffsetSeconds) }),
      ...faultVariables(),
    },
  });
  const { compaction } = engines;
  const erases = (arn: string) => erasing.some((path) => cloud.pathOf(arn).startsWith(path));
  const invoke: Invoke = async (functionArn, ...call) => {
    const work = () => functions.invoke(functionArn, ...call);
    return compaction !== undefined && erases(functionArn) ? await compaction.around(work) : await work();
  };
  return {
    invoke: saidTasks(invoke, lines.detail, (arn) => cloud.pathOf(arn), isClosing),
    close: () => functions.close(),
  };
}

/** As Lambda gives a function the credentials of its role. */
function credentialVariables({ accessKeyId, secretAccessKey, sessionToken }: SessionCredentials) {
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** Variables by which a fault layer in the workers is told what to do. */
function faultVariables(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith("FAULTS_") && value !== undefined ? [[name, value]] : [],
    ),
  );
}
