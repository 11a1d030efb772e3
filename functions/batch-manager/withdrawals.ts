import type { BatchUpdateId, PatronId } from "#domain/ids";
import { withdrawFrom } from "#domain/queue/withdraw-entries";
import { addWithdrawn } from "#records/service-queues/fill-answers";
import {
  loadQueues,
  noQueue,
  type QueueWrite,
  type ServiceQueue,
  writeQueues,
} from "#records/service-queues/service-queues";
import type { Store } from "#records/store/store";
import type { FillOrder } from "./requests.ts";

export interface WithdrawnFill {
  /** WAITING entries taken out. */
  readonly withdrawn: number;
  /** Entries of the batch update that are ON_ORDER or SENT, and stay. */
  readonly kept: number;
  /** FILLED: it had been filled before. WITHDRAWN: it never will be. */
  readonly settledAs: "FILLED" | "WITHDRAWN";
}

const rounds = 8;

/**
 * Takes back what a batch update did, or may still do, to service queues: entries still WAITING go, and a fill that is
 * pending or failed is settled as WITHDRAWN in the same write, so that no late message fills it. Repeating it for the
 * same chunk of the same undo changes nothing more.
 *
 * @param order the batch update that is undone
 * @param by the batch update that undoes it, and the chunk of its plan
 * @throws if queues could not be written for a reason that a later try may mend
 */
export async function withdrawFills(
  store: Store,
  order: FillOrder,
  by: { readonly undo: BatchUpdateId; readonly chunk: number },
  patronIds: readonly PatronId[],
  now: Date,
): Promise<Map<PatronId, WithdrawnFill>> {
  const { batchUpdateId, medium } = order;
  const done = new Map<PatronId, WithdrawnFill>();
  let waiting = [...new Set(patronIds)];
  for (let round = 0; waiting.length > 0; round++) {
    if (round === rounds) throw new Error(`${waiting.length} service queues could not be withdrawn`);
    const queues = await loadQueues(store, medium, waiting);
    const writes: (QueueWrite & { result: WithdrawnFill })[] = [];
    for (const patronId of waiting) {
      const { queue, result, changed } = withdraw(queues.get(patronId) ?? noQueue, batchUpdateId, now);
      if (changed) writes.push({ patronId, queue, result });
      else done.set(patronId, result);
    }
    const answers = await writeQueues(store, medium, writes);
    for (const [place, { patronId, result }] of writes.entries()) {
      if (answers[place] === "WRITTEN") done.set(patronId, result);
    }
    waiting = waiting.filter((patronId) => !done.has(patronId));
  }
  const forGood = [...done].flatMap(([patronId, { settledAs }]) => (settledAs === "WITHDRAWN" ? [patronId] : []));
  await addWithdrawn(store, batchUpdateId, `${by.undo}-${by.chunk}`, forGood);
  return done;
}

function withdraw(queue: ServiceQueue, batchUpdateId: BatchUpdateId, now: Date) {
  const { entries, withdrawn, kept } = withdrawFrom(queue.entries, batchUpdateId);
  const settlement = queue.settled[batchUpdateId];
  const settledAs = settlement?.as ?? "WITHDRAWN";
  const settled = {
    ...queue.settled,
    [batchUpdateId]: settlement ?? { as: settledAs, at: now.toISOString(), added: 0 },
  };
  const result: WithdrawnFill = { withdrawn, kept, settledAs };
  return { queue: { ...queue, entries, settled }, result, changed: withdrawn > 0 || settlement === undefined };
}
