import { erasures } from "#contract/erasures";
import { type PatronId, patronIdSchema } from "#domain/ids";
import { allEnded } from "#platform/side-by-side";
import { keepErased } from "#records/erasures/erasure-objects";
import {
  beginErasure,
  type Erasure,
  erasedAt,
  erasureWork,
  listErasures,
  loadErasure,
  statusOf,
} from "#records/erasures/erasures";
import { loadPatron } from "#records/profiles/patrons";
import type { Store } from "#records/store/store";
import { actOf } from "../act.ts";
import { alreadyThere } from "../handler.ts";
import { madeBy } from "../maker.ts";
import { decodeCursor, page } from "../page.ts";
import { notFound } from "../problem.ts";
import { accepted, type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";

function answerOf(it: Erasure) {
  const { erasureId, patronId, reason, again = [], counts, createdBy, createdAt, finishedAt } = it;
  return {
    erasureId,
    patronId,
    status: statusOf(it),
    reason,
    ...(again.length > 0 && { waitsFor: again }),
    counts,
    createdBy,
    createdAt,
    ...(finishedAt !== undefined && { finishedAt }),
  };
}

/** A patron of the library, or one that was erased before: erasing is repeatable. Anybody else: 404. */
async function erasable(store: Store, text: string): Promise<PatronId> {
  const { data: patronId } = patronIdSchema.safeParse(text);
  if (patronId === undefined) throw notFound();
  const [patron, erased] = await allEnded([loadPatron(store, patronId), erasedAt(store, patronId)]);
  if (patron === undefined && erased === undefined) throw notFound();
  return patronId;
}

async function erase(call: CallOf<typeof erasures.erase>, { store, workflows }: Dependencies) {
  const { newId: erasureId, params, body, caller, now } = call;
  const patronId = await erasable(store, params.patronId);
  const { reason } = body;
  const createdAt = now.toISOString();
  const act = actOf({ ...call, reason }, "PATRON_ERASURE_BEGUN", `patrons/${patronId}`, {
    detail: `erasures/${erasureId}`,
  });
  const it = { erasureId, patronId, reason, ...madeBy(caller), createdAt };
  const { done } = await beginErasure(store, it, act);
  if (!done) alreadyThere(call);
  // At once, for it may stand in line: a table that is restored to an earlier moment does not know it.
  await keepErased(store, it);
  await workflows.start(erasureWork(store, erasureId, createdAt));
  const begun = await loadErasure(store, erasureId);
  if (begun === undefined) throw new Error(`The erasure ${erasureId} is not there`);
  return accepted(answerOf(begun));
}

export const erasureRoutes: readonly Route[] = [
  implement(erasures.erase, erase),
  implement(erasures.list, async ({ query }, { store }) => {
    const { items, next } = await listErasures(store, query.limit, decodeCursor(query.cursor));
    return ok(page(items.map(answerOf), next));
  }),
  implement(erasures.get, async ({ params }, { store }) => {
    const it = await loadErasure(store, params.erasureId);
    if (it === undefined) throw notFound();
    return ok(answerOf(it));
  }),
];
