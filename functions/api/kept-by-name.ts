import type { AuditEntry } from "#records/library/audit";
import type { KeptByName, Shelf } from "#records/library/kept-by-name";
import type { Store } from "#records/store/store";
import type { Item } from "#records/store/table";
import { actOf, toldChanges } from "./act.ts";
import { alreadyThere } from "./handler.ts";
import { madeBy } from "./maker.ts";
import { boundedPage, decodeCursor } from "./page.ts";
import { changedMeanwhile, etag, requireVersion } from "./precondition.ts";
import { nameTaken, notFound } from "./problem.ts";
import { type Call, created, type Dependencies, ok } from "./route.ts";

interface Noun<Thing extends Item & KeptByName, Body, Id extends string, Answer> {
  readonly shelf: Shelf<Thing>;
  /** Such as `saved query`, in sentences. */
  readonly word: string;
  /** How its acts begin in the audit, such as `SAVED_QUERY`. */
  readonly action: string;
  /** Where it stands among the library's things, such as `saved-queries`. */
  readonly folder: string;
  /** The parameter of the path. */
  readonly id: Id;
  readonly make: (id: string, body: Body, kept: KeptByName) => Thing;
  readonly answerOf: (thing: Thing) => Answer;
  /** As it stands in a list, where that is shorter. */
  readonly inList?: (answer: Answer) => Answer;
  /** What a replacement is told by in the audit. */
  readonly told: (thing: Thing) => object;
}

/**
 * What carries out the operations of a noun that a library keeps under a name: made, read, replaced and deleted in one way,
 * each change told in the audit and held back where somebody else's came first.
 */
export function keptByNameHandlers<
  Thing extends Item & KeptByName,
  Body extends { name: string },
  Id extends string,
  Answer,
>({
  shelf,
  word,
  action,
  folder,
  id,
  make,
  answerOf,
  inList = (answer) => answer,
  told,
}: Noun<Thing, Body, Id, Answer>) {
  type Named = Pick<Call<unknown, unknown, Id>, "params">;

  async function thingOf({ params }: Named, store: Store): Promise<Thing> {
    const found = await shelf.load(store, params[id]);
    if (found === undefined) throw notFound();
    return found;
  }

  function auditOf(
    call: Call,
    act: "CREATED" | "REPLACED" | "DELETED",
    thing: Thing,
    changed: Pick<AuditEntry, "detail" | "changes"> = { detail: "" },
  ): AuditEntry {
    return actOf(call, `${action}_${act}`, `${folder}/${shelf.idOf(thing)}`, { ...changed, subjectName: thing.name });
  }

  async function list({ query }: Call<unknown, Page>, { store }: Dependencies) {
    const { items, next } = await shelf.list(store, query.limit, decodeCursor(query.cursor));
    const shown = items.map((thing) => ({ place: shelf.idOf(thing), answer: inList(answerOf(thing)) }));
    const { items: fitting, ...rest } = boundedPage(shown, next, ({ place }) => place);
    return ok({ items: fitting.map(({ answer }) => answer), ...rest });
  }

  async function create(call: Call<Body>, { store }: Dependencies) {
    const { newId, body, caller, now } = call;
    const kept = { name: body.name, ...madeBy(caller), createdAt: now.toISOString(), revision: 1 };
    const thing = make(newId, body, kept);
    const outcome = await shelf.create(store, thing, auditOf(call, "CREATED", thing));
    if (outcome === "NAME_TAKEN") throw nameTaken(word);
    if (outcome === "REFUSED") alreadyThere(call);
    return created(answerOf(thing), etag(thing.revision));
  }

  async function get(call: Call<unknown, unknown, Id>, { store }: Dependencies) {
    const thing = await thingOf(call, store);
    return ok(answerOf(thing), etag(thing.revision));
  }

  async function replace(call: Call<Body, unknown, Id>, { store }: Dependencies) {
    const before = await thingOf(call, store);
    requireVersion(call, before.revision);
    const { createdBy, createdBySub, createdAt } = before;
    const kept = { createdBy, ...(createdBySub !== undefined && { createdBySub }), createdAt };
    // Made anew: a field that the body leaves out is gone, and not still there from before.
    const thing = make(shelf.idOf(before), call.body, {
      name: call.body.name,
      ...kept,
      changedAt: call.now.toISOString(),
      revision: before.revision + 1,
    });
    const audit = auditOf(call, "REPLACED", thing, toldChanges(told(before), told(thing)));
    const outcome = await shelf.replace(store, thing, before, audit);
    if (outcome === "NAME_TAKEN") throw nameTaken(word);
    if (outcome === "REFUSED") throw changedMeanwhile(call, (await thingOf(call, store)).revision);
    return ok(answerOf(thing), etag(thing.revision));
  }

  async function remove(call: Call<unknown, unknown, Id>, { store }: Dependencies) {
    const thing = await thingOf(call, store);
    requireVersion(call, thing.revision);
    const outcome = await shelf.remove(store, thing, auditOf(call, "DELETED", thing));
    if (outcome !== "WRITTEN") throw changedMeanwhile(call, (await thingOf(call, store)).revision);
    return { status: 204 } as const;
  }

  return { list, create, get, replace, remove };
}

interface Page {
  readonly limit: number;
  readonly cursor?: string | undefined;
}
