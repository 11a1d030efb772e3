import type { SFNClient } from "@aws-sdk/client-sfn";
import { isFinal } from "#domain/batch-update/state";
import { batchUpdateIdSchema } from "#domain/ids";
import { type Attention, actsOfTrouble, isLate, lookAct, restartAct, subjectOfJob } from "#domain/support/attention";
import { isStuck } from "#domain/support/stuck";
import { errorName, logged } from "#platform/cause";
import { logger } from "#platform/logger";
import { sideBySide } from "#platform/side-by-side";
import { loadBatchUpdate } from "#records/batch-updates/batch-updates";
import { listLocks } from "#records/library/locks";
import { listLibraries } from "#records/library/tenants";
import { fillCounts } from "#records/service-queues/fill-counts";
import { listOpen, type OpenFills, type OpenWork } from "#records/store/open-work";
import type { OfEach, Store, Stores } from "#records/store/store";
import { listExecutions } from "./executions.ts";
import { inTurn } from "./line.ts";
import { lastProgress, standsStill } from "./standstill.ts";
import { type ExecutionSubject, executionName, readExecutionName, type WorkflowArns } from "./start.ts";

export interface Watched {
  readonly stores: Stores;
  readonly sfn: SFNClient;
  readonly arns: WorkflowArns;
  readonly now: Date;
}

/** What was found, and what could not be looked at. */
export interface Looked {
  readonly items: Attention[];
  readonly unreadable: { source: string; error: string }[];
}

const looksAtOnce = 8;

/** Looks at one source on its own: where it cannot be looked at, that is told and hides nothing else. */
export async function lookAt(
  source: string,
  look: () => Promise<readonly Attention[] | undefined>,
  into: Looked,
): Promise<void> {
  try {
    into.items.push(...((await look()) ?? []));
  } catch (error) {
    logger.warn("What needs attention could not all be looked at", { source, ...logged(error) });
    into.unreadable.push({ source, error: errorName(error) });
  }
}

/** Everything that the table and Step Functions tell: each source, and each thing, on its own. */
export async function jobsThatNeedAttention(watched: Watched): Promise<Looked> {
  const into: Looked = { items: [], unreadable: [] };
  const works: OpenWork[] = [];
  const fills: OpenFills[] = [];
  await lookAt(
    "open",
    async () => {
      const found: Attention[] = [];
      for await (const open of listOpen(watched.stores.across)) {
        if ("unreadable" in open) found.push(unreadableOpen(open.unreadable, open.error, watched.now));
        else if ("work" in open) works.push(open.work);
        else if ("fills" in open) fills.push(open.fills);
        else if ("trouble" in open) {
          const { library, id, trouble, troubleOf, since, summary } = open.trouble;
          const subject = subjectOfJob(troubleOf, id);
          found.push({ kind: trouble, library, subject, since, summary, acts: actsOfTrouble(trouble, troubleOf, id) });
        }
      }
      return found;
    },
    into,
  );
  await sideBySide(turns(works), looksAtOnce, async (work) => {
    await lookAt(subjectOfJob(work.workflow, work.id), async () => await stuckWork(watched, work), into);
  });
  await sideBySide(fills, looksAtOnce, async (open) => {
    await lookAt(`service queues of batch-updates/${open.id}`, async () => await lateFills(watched, open), into);
  });
  await lookAt("locks", async () => await leftLocks(watched, works), into);
  await lookAt("executions", async () => await unknownExecutions(watched, works), into);
  return into;
}

function turns(works: readonly OpenWork[]): OpenWork[] {
  return [...Map.groupBy(works, ({ library }) => library).values()].flatMap((its) => inTurn(its));
}

async function stuckWork({ stores, now }: Watched, work: OpenWork): Promise<Attention[]> {
  const { library, id, workflow } = work;
  const store = stores.of(library);
  if (!(await standsStill(store, work, now))) return [];
  const last = await lastProgress(store, work);
  const minutes = Math.floor((now.getTime() - last.getTime()) / 60_000);
  const execution = executionName(work);
  return [
    {
      kind: "RUN_STUCK",
      library,
      subject: subjectOfJob(workflow, id),
      since: last.toISOString(),
      summary: `It has not got on for ${minutes} minutes. Its execution is ${execution}`,
      acts: [
        restartAct(workflow, id),
        { act: "STOP", method: "POST", path: `/v1/support/executions/${execution}/stop` },
        lookAct(`/v1/support/executions/${execution}`),
      ],
    },
  ];
}

async function lateFills({ stores, now }: Watched, { library, id, openedAt }: OpenFills): Promise<Attention[]> {
  if (!isLate(new Date(openedAt), now)) return [];
  const { pending } = await fillCounts(stores.of(library), id);
  if (pending === 0) return [];
  const list = `/v1/batch-updates/${id}/service-queues`;
  return [
    {
      kind: "FILLS_LATE",
      library,
      subject: `batch-updates/${id}`,
      since: openedAt,
      summary: `${queuesInWords(pending)} waited for ${Math.floor((now.getTime() - Date.parse(openedAt)) / 60_000)} minutes to be filled. What the tries ended in stands with each of them`,
      acts: [lookAct(`${list}?status=PENDING`), { act: "RETRY_FILLS", method: "POST", path: `${list}/retry` }],
    },
  ];
}

function queuesInWords(count: number): string {
  return count === 1 ? "1 service queue has" : `${count} service queues have`;
}

const kindsInKeys = {
  "query-set": "build-query-set",
  "batch-update": "apply",
  import: "import",
  export: "export",
} as const;

function unreadableOpen(item: string, error: string, now: Date): Attention {
  const [, library, kind, id] = /^([^#]+)#([^#]+)#(.+)$/u.exec(item) ?? [];
  const workflow = Object.entries(kindsInKeys).find(([name]) => name === kind)?.[1];
  const isFills = kind === "fills";
  return {
    kind: "OPEN_UNREADABLE",
    ...(library !== undefined && { library }),
    subject: `open/${item}`,
    // Nobody knows since when: it is so now.
    since: now.toISOString(),
    summary: `Open work cannot be read (${error}), so no one looks after it`,
    acts: id === undefined ? [] : restartsOf(workflow, isFills, id),
  };
}

function restartsOf(
  workflow: (typeof kindsInKeys)[keyof typeof kindsInKeys] | undefined,
  isFills: boolean,
  id: string,
) {
  if (workflow === undefined) return isFills ? [restartAct("apply", id)] : [];
  // Planning and applying are open under one key: which it is, the batch update says.
  return workflow === "apply" ? [restartAct("apply", id), restartAct("plan", id)] : [restartAct(workflow, id)];
}

/** A lock whose holder has not ended, and that no open work looks after: what it holds is held for ever. */
async function leftLocks(watched: Watched, works: readonly OpenWork[]): Promise<Attention[]> {
  const { stores, now } = watched;
  const open = new Set(works.map(({ id }) => id));
  const libraries = await listLibraries(stores.across);
  const found = await sideBySide(libraries, looksAtOnce, async (library) => {
    const its: Attention[] = [];
    for (const { holder, kind } of await listLocks(stores.of(library))) {
      if (open.has(holder)) continue;
      const workflow = kind === "MEDIUM" ? "apply" : "import";
      if (workflow === "apply") {
        const batch = await loadBatchUpdate(stores.of(library), batchUpdateIdSchema.parse(holder));
        if (batch === undefined || isFinal(batch.status) || batch.processedAt === undefined) continue;
      }
      its.push({
        kind: "RUN_STUCK",
        library,
        subject: subjectOfJob(workflow, holder),
        since: now.toISOString(),
        summary: "It holds its lock, has not ended, and nothing looks after it",
        acts: [restartAct(workflow, holder)],
      });
    }
    return its;
  });
  return found.flat();
}

/** Executions at work that are of no job: their names are not ours, or their job has long ended or is not there. */
async function unknownExecutions(
  { stores, sfn, arns, now }: Watched,
  works: readonly OpenWork[],
): Promise<Attention[]> {
  const known = new Set(works.map(executionName));
  const found: Attention[] = [];
  const running = listExecutions(sfn, Object.values(arns), { status: "RUNNING", pageSize: 1000 });
  for await (const { name, startedAt } of running) {
    if (known.has(name)) continue;
    const subject = readExecutionName(name);
    // A job that has ended a moment ago still has its scratch deleted.
    if (
      subject !== undefined &&
      !isStuck({ openedAt: startedAt, movedAt: undefined }, now) &&
      (await isThere(stores, subject))
    )
      continue;
    found.push({
      kind: "EXECUTION_UNKNOWN",
      ...(subject !== undefined && { library: subject.library }),
      subject: `executions/${name}`,
      since: startedAt.toISOString(),
      summary: "An execution is at work that no job has asked for",
      acts: [
        { act: "STOP", method: "POST", path: `/v1/support/executions/${name}/stop` },
        lookAct(`/v1/support/executions/${name}`),
      ],
    });
  }
  return found;
}

async function isThere(stores: OfEach<Store>, { library, subject }: ExecutionSubject): Promise<boolean> {
  const [kind, id = ""] = subject.split("/");
  if (kind !== "batch-updates") return true;
  return (await loadBatchUpdate(stores.of(library), batchUpdateIdSchema.parse(id))) !== undefined;
}
