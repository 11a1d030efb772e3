import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outcomeLineSchema } from "#domain/batch-update/outcome-line";
import type { PlanLine } from "#domain/plan/plan";
import type { UpdateSpec } from "#domain/plan/update-spec";
import type { MediumFields, MediumRecord } from "#domain/profile/medium-record";
import { outcomesKey, reportTexts, requireApplyResult } from "#records/batch-updates/outcomes";
import { legalSpecArbitrary, stateArbitrary, today } from "../unit/plan.arbitraries.ts";
import { fieldsOf, referencePlan, sorted } from "../unit/plan.reference.ts";
import { type OpenLibrary, openLibrary, type SeededPatron } from "./batch-update-bed.ts";
import { type ByOthers, byOthersArbitrary, createOthers, type Others, type OtherWrite } from "./by-others.ts";
import { type Bed, startBatchUpdateBed, writerFaults } from "./troubled-bed.ts";

let bed: Bed;
beforeAll(async () => {
  bed = await startBatchUpdateBed();
});
afterAll(async () => await bed?.close());

const seedsArbitrary: fc.Arbitrary<SeededPatron[]> = fc
  .array(stateArbitrary, { minLength: 12, maxLength: 30 })
  .map((states) =>
    states.map(({ patron, record }, i) => ({
      patronId: `P${String(i).padStart(3, "0")}`,
      mainStatus: patron?.mainStatus ?? "ACTIVE",
      reserveCount: patron?.reserveCount ?? 0,
      requestCount: patron?.requestCount ?? 0,
      // Nothing that writes records lets the rule between two fields be broken, so no old record breaks it.
      record: record && {
        ...record,
        ...((record.refillPoint ?? 0) > (record.maxServiceQueueSize ?? 500) && { refillPoint: 0 }),
      },
    })),
  );

const troubleArbitrary = fc.record({
  diesAfter: fc.option(fc.nat(14), { nil: undefined, freq: 2 }),
  lastArrives: fc.boolean(),
  writer: fc.array(fc.constantFrom(...writerFaults), { maxLength: 3 }),
});

interface DeliveryStep {
  readonly chunk: number;
  readonly trouble: { diesAfter: number | undefined; lastArrives: boolean; writer: (typeof writerFaults)[number][] };
  /** At once with the next one. */
  readonly together: boolean;
  readonly before: ByOthers[];
}

const stepArbitrary = (withOthers: boolean): fc.Arbitrary<DeliveryStep> =>
  fc.record({
    chunk: fc.nat(20),
    trouble: troubleArbitrary,
    together: fc.boolean(),
    before: withOthers ? fc.array(byOthersArbitrary, { maxLength: 2 }) : fc.constant([]),
  });

const beginning = {
  seeds: seedsArbitrary,
  spec: legalSpecArbitrary,
  chunkSize: fc.integer({ min: 3, max: 8 }),
  sinceReview: fc.array(byOthersArbitrary, { maxLength: 12 }),
};

interface Beginning {
  readonly seeds: SeededPatron[];
  readonly spec: UpdateSpec;
  readonly chunkSize: number;
  readonly sinceReview: ByOthers[];
}

/** Others come between review and process alone. */
const orderlyArbitrary = fc.record({
  ...beginning,
  planning: fc.array(stepArbitrary(false), { maxLength: 6 }),
  steps: fc.array(stepArbitrary(false), { maxLength: 12 }),
  undoing: fc.array(stepArbitrary(false), { maxLength: 8 }),
});

interface Orderly extends Beginning {
  readonly planning: DeliveryStep[];
  readonly steps: DeliveryStep[];
  readonly undoing: DeliveryStep[];
}

/** Others come at any moment; the run may be cancelled or break off, and one delivery stands still until it is over. */
const disorderlyArbitrary = fc.record({
  ...beginning,
  steps: fc.array(stepArbitrary(true), { maxLength: 12 }),
  late: fc.array(stepArbitrary(true), { maxLength: 4 }),
  end: fc.constantFrom("whole", "broken", "cancelled"),
  frozen: fc.record({ chunk: fc.nat(20), at: fc.nat(13) }),
});

interface Disorderly extends Beginning {
  readonly steps: DeliveryStep[];
  readonly late: DeliveryStep[];
  readonly end: "whole" | "broken" | "cancelled";
  readonly frozen: { readonly chunk: number; readonly at: number };
}

/** Deliveries of chunks with their troubles, some of them two at a time. */
async function deliverAll(
  steps: readonly DeliveryStep[],
  chunks: number,
  deliver: (task: object, trouble: DeliveryStep["trouble"]) => Promise<unknown>,
  others?: Others,
): Promise<void> {
  let together: Promise<unknown>[] = [];
  for (const { chunk, trouble, together: isTogether, before } of steps) {
    for (const one of before) await others?.act(one);
    together.push(deliver({ task: "chunk", chunk: chunk % chunks }, trouble));
    if (isTogether) continue;
    await Promise.all(together);
    together = [];
  }
  await Promise.all(together);
  await bed.settled();
}

async function eachChunk(chunks: number, deliver: (task: object) => Promise<unknown>): Promise<void> {
  for (let chunk = 0; chunk < chunks; chunk++) await deliver({ task: "chunk", chunk });
}

/** Plans with every delivery in trouble at first, some of them after the plan is sealed. */
async function planInTrouble(open: OpenLibrary, job: string, planning: readonly DeliveryStep[]): Promise<number> {
  const key = `${open.library}/batch-updates/${job}/plan/chunks.jsonl`;
  await open.planTask(job, { task: "split" }, { diesAfter: planning.length % 4 });
  await open.planTask(job, { task: "split" });
  const tasks = ((await bed.stores.of(open.library).objects.getText(key)) ?? "")
    .split("\n")
    .filter((text) => text.length > 0)
    .map((text): object => JSON.parse(text));
  const deliver = async (task: object, trouble = {}) => {
    const { chunk } = task as { chunk: number };
    await open.planTask(job, tasks[chunk] ?? {}, trouble);
  };
  await deliverAll(planning, tasks.length, deliver);
  await eachChunk(tasks.length, deliver);
  await open.planTask(job, { task: "close" }, { diesAfter: planning.length });
  await open.planTask(job, { task: "close" });
  await eachChunk(tasks.length, deliver);
  expect((await open.batchOf(job)).status).toBe("READY");
  return tasks.length;
}

const isWritten = (outcome: string | undefined) =>
  outcome === "UPDATED" || outcome === "CREATED" || outcome === "REMOVED";

interface Expected {
  readonly outcome: string;
  readonly fields: Record<string, unknown> | undefined;
}

/** What applying comes to for one patron, in order and without trouble: the contract's sentences on process. */
function applyInOrder(
  spec: UpdateSpec,
  seed: SeededPatron,
  now: { mainStatus: string | undefined; fields: MediumFields | undefined },
): Expected {
  const { mainStatus, reserveCount, requestCount, record } = seed;
  const shown = fieldsOf(record);
  const planned = referencePlan(
    { patron: { mainStatus, reserveCount, requestCount }, record, waiting: 0 },
    spec,
    today,
  );
  const left = (outcome: string): Expected => ({ outcome, fields: now.fields });
  if (planned.action !== "UPDATE" && planned.action !== "CREATE") return left(planned.action);
  if (now.mainStatus === undefined) return left("NOT_FOUND");
  if (now.mainStatus === "DECEASED") return left("INVALID");
  const { addServiceQueue, ...changes } = spec.changes;
  const intended: Record<string, unknown> = {
    ...(shown === undefined && { status: "ACTIVE" }),
    ...changes,
    nightlyDebug: spec.nightlyDebug,
  };
  const names = Object.keys(intended) as (keyof MediumFields)[];
  const isEmptyOr = (value: unknown) => value ?? undefined;
  const holdsIntended = names.every((name) => now.fields?.[name] === isEmptyOr(intended[name]));
  const next = { ...now.fields, ...intended };
  for (const name of names) if (intended[name] === null) delete next[name];
  if (shown === undefined) {
    if (now.fields === undefined) return { outcome: "CREATED", fields: next };
    return left(holdsIntended && addServiceQueue !== true ? "UNCHANGED" : "CONFLICT");
  }
  if (now.fields === undefined) return left("CONFLICT");
  if (names.some((name) => now.fields?.[name] !== shown[name])) {
    if (!holdsIntended) return left("CONFLICT");
    return addServiceQueue === true ? { outcome: "UPDATED", fields: next } : left("UNCHANGED");
  }
  const ties = names.includes("refillPoint") || names.includes("maxServiceQueueSize");
  const { refillPoint = 0, maxServiceQueueSize = 500 } = next as MediumFields;
  return ties && refillPoint > maxServiceQueueSize ? left("CONFLICT") : { outcome: "UPDATED", fields: next };
}

function tally(outcomes: Iterable<string>) {
  const all = [...outcomes];
  const count = (outcome: string) => all.filter((it) => it === outcome).length;
  return {
    total: all.length,
    updated: count("UPDATED"),
    created: count("CREATED"),
    removed: count("REMOVED"),
    unchanged: count("UNCHANGED"),
    conflict: count("CONFLICT"),
    notFound: count("NOT_FOUND"),
    invalid: count("INVALID"),
    failed: count("FAILED"),
    unprocessed: count("UNPROCESSED"),
    excluded: count("EXCLUDED"),
  };
}

/** Counts, fills and both files of the report say the same as the outcomes. */
async function expectOneStory(open: OpenLibrary, job: string, lines: readonly PlanLine[]): Promise<void> {
  const batch = await open.batchOf(job);
  const outcomes = await open.outcomes(job);
  expect(batch.counts).toEqual(tally(outcomes.values()));
  const fills = lines.filter(({ queue, patronId }) => queue?.after === "FILL" && isWritten(outcomes.get(patronId)));
  expect(await open.requestedFills(job)).toEqual(fills.map(({ patronId }) => patronId).sort());
  expect(batch.requestedFills).toBe(fills.length);
  const asked = new Set(open.sent.filter((message) => message.batchUpdateId === job).map(({ patronId }) => patronId));
  for (const { patronId } of fills) expect(asked).toContain(patronId);
  const text = (await bed.stores.of(open.library).objects.getText(outcomesKey(batch))) ?? "";
  const reported = text
    .split("\n")
    .filter((it) => it.length > 0)
    .map((it) => outcomeLineSchema.parse(JSON.parse(it)));
  expect(reported.map(({ patronId, outcome }) => [patronId, outcome])).toEqual([...outcomes]);
  for (const [chunk, start] of (batch.starts ?? []).entries()) {
    const result = await requireApplyResult(bed.stores.of(open.library), batch, chunk);
    const told = reportTexts(result).map((it) => outcomeLineSchema.parse(JSON.parse(it)).outcome);
    expect(told).toEqual(result?.outcomes);
    expect(told).toEqual([...outcomes.values()].slice(start, start + (told?.length ?? 0)));
  }
}

const idsOf = (seeds: readonly SeededPatron[]) => seeds.map(({ patronId }) => patronId).toReversed();
const writesAnybody = (counts: { update: number; create: number; remove: number } | undefined) =>
  counts !== undefined && counts.update + counts.create + counts.remove > 0;

async function appliesInOrder({
  seeds,
  spec,
  chunkSize,
  sinceReview,
  planning,
  steps,
  undoing,
}: Orderly): Promise<void> {
  const open = await openLibrary(bed, seeds);
  const others = createOthers(bed, open, seeds);
  const job = await open.create(spec, idsOf(seeds), chunkSize);
  const chunks = await planInTrouble(open, job, planning);
  const { plan } = await open.batchOf(job);
  for (const one of sinceReview) await others.act(one);
  if (!writesAnybody(plan?.counts)) return;
  await open.process(job);
  const before = await open.records();
  await open.applyTask(job, { task: "split" });
  const deliver = async (task: object, trouble = {}) => await open.applyTask(job, task, trouble);
  await deliverAll(steps, chunks, deliver);
  await eachChunk(chunks, deliver);
  await open.applyTask(job, { task: "close" }, { diesAfter: steps.length });
  await open.applyTask(job, { task: "close" });

  const outcomes = await open.outcomes(job);
  const after = await open.records();
  for (const seed of seeds) {
    const { patronId } = seed;
    const was = before.get(patronId);
    const expected = applyInOrder(spec, seed, {
      mainStatus: others.mainStatus(patronId),
      fields: fieldsOf(was),
    });
    expect([patronId, outcomes.get(patronId)]).toEqual([patronId, expected.outcome]);
    const is = after.get(patronId);
    expect(sorted(fieldsOf(is) ?? {})).toEqual(sorted(expected.fields ?? {}));
    expect(is?.version ?? 0).toBe((was?.version ?? 0) + (isWritten(expected.outcome) ? 1 : 0));
  }
  const { counts, status } = await open.batchOf(job);
  const errors = (counts?.conflict ?? 0) + (counts?.notFound ?? 0) + (counts?.invalid ?? 0);
  expect(status).toBe(errors > 0 ? "COMPLETED_WITH_ERRORS" : "COMPLETED");
  await expectOneStory(open, job, await open.planLines(job));

  if (![...outcomes.values()].some(isWritten)) return;
  const answer = await open.call("POST", "/undo", job);
  const undo = (answer.body as { batchUpdateId: string }).batchUpdateId;
  const undoChunks = await planInTrouble(open, undo, []);
  if (!writesAnybody((await open.batchOf(undo)).plan?.counts)) return;
  await open.process(undo);
  const deliverUndo = async (task: object, trouble = {}) => await open.applyTask(undo, task, trouble);
  await deliverAll(undoing, undoChunks, deliverUndo);
  await eachChunk(undoChunks, deliverUndo);
  await open.applyTask(undo, { task: "close" });
  await expectOneStory(open, undo, await open.planLines(undo));
  const undone = await open.outcomes(undo);
  const given = await open.records();
  for (const [patronId, outcome] of outcomes) {
    if (!isWritten(outcome)) continue;
    expect([patronId, undone.get(patronId)]).toEqual([patronId, outcome === "CREATED" ? expect.anything() : "UPDATED"]);
    if (!isWritten(undone.get(patronId))) continue;
    const was = before.get(patronId);
    expect(sorted(fieldsOf(given.get(patronId)) ?? {})).toEqual(sorted(fieldsOf(was) ?? {}));
    expect(given.get(patronId)?.version).toBe((was?.version ?? 0) + 2);
  }
  await eachChunk(chunks, deliver);
  await open.applyTask(job, { task: "close" });
  expect(await open.records()).toEqual(given);
}

/** A record's life since the review, version by version: what others did, and where this run came in between. */
function replay(
  line: PlanLine,
  spec: UpdateSpec,
  was: MediumRecord | undefined,
  now: MediumRecord | undefined,
  others: readonly OtherWrite[],
) {
  const states: (MediumFields | undefined)[] = [fieldsOf(was)];
  const writtenOnto: (MediumFields | undefined)[] = [];
  for (let version = (was?.version ?? 0) + 1; version <= (now?.version ?? 0); version++) {
    const state = states.at(-1);
    const other = others.find((write) => write.version === version);
    if (other === undefined) writtenOnto.push(state);
    states.push(other === undefined ? intended(line, spec, state) : other.turns(state));
  }
  return { states, writtenOnto };
}

function intended({ action }: PlanLine, spec: UpdateSpec, state: MediumFields | undefined): MediumFields {
  const { addServiceQueue: _, ...changes } = spec.changes;
  const next: Record<string, unknown> = { ...(action === "CREATE" && { status: "ACTIVE" }), ...state };
  for (const [name, value] of Object.entries({ ...changes, nightlyDebug: spec.nightlyDebug })) {
    if (value === null) delete next[name];
    else if (value !== undefined) next[name] = value;
  }
  return next as MediumFields;
}

async function holdsAtAnyMoment(scenario: Disorderly): Promise<void> {
  const { seeds, spec, chunkSize, sinceReview, steps, late, end, frozen } = scenario;
  const open = await openLibrary(bed, seeds);
  const others = createOthers(bed, open, seeds);
  const job = await open.create(spec, idsOf(seeds), chunkSize);
  const { plan, starts = [] } = await open.plan(job);
  const planned = await open.records();
  for (const one of sinceReview) await others.act(one);
  if (!writesAnybody(plan?.counts)) return;
  await open.process(job);
  const chunks = starts.length;
  const deliver = async (task: object, trouble = {}) => await open.applyTask(job, task, trouble);
  const thaw = Promise.withResolvers<void>();
  const standing = deliver(
    { task: "chunk", chunk: frozen.chunk % chunks },
    { freezes: { at: frozen.at, until: thaw.promise } },
  );
  await deliverAll(steps, chunks, deliver, others);
  if (end === "cancelled") await open.call("POST", "/cancel", job);
  await deliverAll(late, chunks, deliver, others);
  if (end === "whole") await eachChunk(chunks, deliver);
  const closing = { task: "close", ...(end === "broken" && { error: { Error: "States.Timeout" } }) };
  await open.applyTask(job, closing, { diesAfter: late.length * 3 });
  await open.applyTask(job, closing);
  const ended = await open.batchOf(job);
  const outcomes = await open.outcomes(job);
  const records = await open.records();
  thaw.resolve();
  await standing;
  await eachChunk(chunks, deliver);
  await open.applyTask(job, { task: "close" });
  expect(await open.records()).toEqual(records);
  expect(await open.outcomes(job)).toEqual(outcomes);

  if (end === "cancelled") expect(ended.status).toBe("CANCELLED");
  if (end === "broken") expect(["FAILED", "CANCELLED"]).toContain(ended.status);
  if (end === "whole") expect(ended.status).toMatch(/^COMPLETED/);
  const lines = await open.planLines(job);
  await expectOneStory(open, job, lines);
  for (const line of lines) {
    const { patronId, action } = line;
    const outcome = outcomes.get(patronId) ?? "NONE";
    const now = records.get(patronId);
    const { states, writtenOnto } = replay(line, spec, planned.get(patronId), now, others.writesOf(patronId));
    // Every version is somebody's: others' are known, so the rest is this run's, once where it says so and else never.
    expect([patronId, outcome, writtenOnto.length]).toEqual([patronId, outcome, isWritten(outcome) ? 1 : 0]);
    expect(now?.mark?.by === job).toBe(isWritten(outcome));
    expect(sorted(states.at(-1) ?? {})).toEqual(sorted(fieldsOf(now) ?? {}));
    const seed = seeds.find((it) => it.patronId === patronId);
    if (seed === undefined) throw new Error(`${patronId} is nobody`);
    const explained = states.map((fields) => applyInOrder(spec, seed, { mainStatus: "ACTIVE", fields }).outcome);
    for (const fields of writtenOnto) {
      expect(applyInOrder(spec, seed, { mainStatus: "ACTIVE", fields }).outcome).toBe(outcome);
    }
    if (isWritten(outcome) || (action !== "UPDATE" && action !== "CREATE")) continue;
    if (outcome === "UNPROCESSED") expect(end).not.toBe("whole");
    else if (outcome === "INVALID" || outcome === "NOT_FOUND") expect(others.wasTroubled(patronId)).toBe(true);
    else expect(explained).toContain(outcome);
  }
}

/** Several at once, for most of their time is waiting. Shrinking would run hundreds more: the first failure says enough. */
async function expectAlways<T>(scenarios: fc.Arbitrary<T>, holds: (scenario: T) => Promise<void>): Promise<void> {
  const some = fc.array(scenarios, { minLength: 6, maxLength: 6 });
  const property = fc.asyncProperty(some, async (all) => void (await Promise.all(all.map(holds))));
  await fc.assert(property, { numRuns: 4, endOnFailure: true });
}

describe.concurrent("a batch update, whatever becomes of its deliveries", () => {
  it("ends as if it had been applied patron by patron in order, and undo gives back what was there", async () => {
    await expectAlways(orderlyArbitrary, appliesInOrder);
  });

  it("writes each patron once or not at all, on a record it may write, however others and its end come in between", async () => {
    await expectAlways(disorderlyArbitrary, holdsAtAnyMoment);
  });
});
