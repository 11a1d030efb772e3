import { z } from "zod";
import { type FillMessages, type FillRequest, readFillMessage } from "#batch-manager/messages";
import { errorName, logged } from "#platform/cause";
import { logger } from "#platform/logger";
import { middyStack } from "#platform/middy-stack";
import { count, within } from "#platform/thread";
import { noteTry } from "#records/service-queues/fill-tries";
import { type FillDependencies, fillOrder, type OrderedFills } from "./fill-order.ts";

const eventSchema = z.object({
  Records: z.array(
    z.object({
      messageId: z.string(),
      receiptHandle: z.string(),
      body: z.string(),
      attributes: z.object({ ApproximateReceiveCount: z.coerce.number().default(1) }).prefault({}),
    }),
  ),
});
type Delivery = z.infer<typeof eventSchema>["Records"][number];

export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** Seconds until a message that failed is delivered again: soon at first, for most failures pass quickly. */
function secondsUntilAgain(deliveries: number): number {
  return Math.min(60, 3 * 2 ** (deliveries - 1));
}

/**
 * Handles messages of the queue. One that cannot be understood, or that failed, is left to SQS alone: it comes again and
 * ends among the dead letters, and the others are done with.
 */
export function createHandler(deps: FillDependencies & { readonly messages: Pick<FillMessages, "giveBack"> }) {
  return middyStack({
    says: "Filling service queues",
    event: eventSchema,
    keys: ({ Records }) => ({ messages: Records.length }),
    timed: () => "fill",
    handle: async ({ Records }) => await fillAll(deps, Records),
  });
}

async function fillAll(
  deps: FillDependencies & { readonly messages: Pick<FillMessages, "giveBack"> },
  deliveries: readonly Delivery[],
): Promise<BatchResponse> {
  const failed = new Set<Delivery>();
  const understood = new Map<FillRequest, Delivery>();
  for (const delivery of deliveries) {
    const requests = readFillMessage(delivery.body);
    if (requests === undefined) failed.add(delivery);
    for (const request of requests ?? []) understood.set(request, delivery);
  }
  const poisonous = failed.size;
  const untold = new Map<Delivery, { error: string; requests: FillRequest[] }>();
  for (const order of ordersOf([...understood.keys()])) {
    const { again, error } = await fillOne(deps, order);
    for (const request of again) {
      const delivery = understood.get(request);
      if (delivery === undefined) continue;
      failed.add(delivery);
      const told = untold.get(delivery) ?? { error, requests: [] };
      told.requests.push(request);
      untold.set(delivery, told);
    }
  }
  for (const [delivery, { error, requests }] of untold) await note(deps, delivery, error, requests);
  count({ poisonous, again: failed.size - poisonous });
  await giveBack(deps, [...failed]);
  return { batchItemFailures: [...failed].map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** Keeps why fills are still pending. That it cannot be kept must not stop the others. */
async function note(
  { stores, now }: FillDependencies,
  { attributes: { ApproximateReceiveCount: tries } }: Delivery,
  lastError: string,
  requests: readonly FillRequest[],
): Promise<void> {
  const [first] = requests;
  if (first === undefined) return;
  const { library, batchUpdateId, group } = first;
  const patronIds = requests.map(({ patronId }) => patronId);
  const nextTryAt = new Date(now().getTime() + secondsUntilAgain(tries) * 1000).toISOString();
  try {
    await noteTry(stores.of(library), { batchUpdateId, group, patronIds }, { tries, lastError, nextTryAt });
  } catch (error) {
    logger.warn("Why fills failed could not be noted", { ...logged(error) });
  }
}

/** Requests that got no answer, and the name of what they ended in. */
interface Untold {
  readonly again: readonly FillRequest[];
  readonly error: string;
}

async function fillOne(deps: FillDependencies, order: OrderedFills): Promise<Untold> {
  const { library, batchUpdateId, medium, requests } = order;
  // A message that an earlier version sent names no request.
  const requestId = requests.find((it) => it.requestId !== undefined)?.requestId;
  return await within({ library, job: batchUpdateId, medium, requestId }, async () => {
    try {
      const again = await fillOrder(deps, order);
      logger.info("Service queues were looked at", { asked: requests.length, again: again.length });
      // They were written by somebody else at each try, or nobody asks for them.
      return { again, error: "Unanswered" };
    } catch (error) {
      logger.error("Fills failed and are tried again", logged(error));
      return { again: requests, error: errorName(error) };
    }
  });
}

function ordersOf(requests: readonly FillRequest[]): OrderedFills[] {
  const grouped = Map.groupBy(requests, ({ library, batchUpdateId, medium }) =>
    JSON.stringify([library, batchUpdateId, medium]),
  );
  return [...grouped.values()].flatMap((its) => {
    const [first] = its;
    return first === undefined
      ? []
      : [{ library: first.library, batchUpdateId: first.batchUpdateId, medium: first.medium, requests: its }];
  });
}

/** A nicety: without it they come again after the visibility timeout. */
async function giveBack({ messages }: { messages: Pick<FillMessages, "giveBack"> }, failed: readonly Delivery[]) {
  if (failed.length === 0) return;
  try {
    await messages.giveBack(
      failed.map(({ receiptHandle, attributes }) => ({
        receiptHandle,
        seconds: secondsUntilAgain(attributes.ApproximateReceiveCount),
      })),
    );
  } catch (error) {
    logger.warn("Failed fills could not be given back early", { error: errorName(error) });
  }
}
