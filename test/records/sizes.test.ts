import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FillRequest, fillMessagesOf, patronsInMessage } from "#batch-manager/messages";
import { type FillOrder, requestFills } from "#batch-manager/requests";
import { piedmont } from "#infra/local/samples/libraries";
import { createCatalogues } from "#records/imports/catalogue";
import { linesPerChunk } from "#records/imports/import-objects";
import { noCounts } from "#records/imports/imports";
import { provisionLibrary } from "#records/library/libraries";
import { addAnswers, largestGroup, listGroups } from "#records/service-queues/fill-answers";
import { fillCounts } from "#records/service-queues/fill-counts";
import { openFills } from "#records/store/open-work";
import { batchUpdateId, patronId } from "#test/ids";
import { NumbersOnTheWay } from "#test/numbers";
import { patronIds } from "#test/patron-lines";
import { createHandler } from "../../functions/fill-service-queues/handler.ts";
import { recordOf, specOf } from "../unit/plan.arbitraries.ts";
import { openLibrary } from "./batch-update-bed.ts";
import { createImportBed, jsonl, patron } from "./import-bed.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

/** DynamoDB takes no more statements in one call. */
const mostStatements = 25;

let bed: Bed;
let imports: ReturnType<typeof createImportBed>;
beforeAll(async () => {
  bed = await startBatchUpdateBed();
  imports = createImportBed(bed.stores);
  await provisionLibrary(bed.stores, piedmont);
});
afterAll(async () => await bed?.close());

/** Around what fits into one part: one part that is not full, full ones, and at least three. */
const around = (part: number) => [1, part - 1, part, part + 1, 2 * part, 2 * part + 1, 3 * part];

describe("a run", () => {
  it.each(around(mostStatements).concat(100, 101, 200, 250))(
    "writes each of %i patrons of one chunk once, in batches of 25 statements",
    async (count) => {
      const some = patronIds(count).map((patronId) => ({
        patronId,
        mainStatus: "ACTIVE",
        reserveCount: 0,
        requestCount: 0,
        record: recordOf({ version: 3 }),
      }));
      const open = await openLibrary(bed, some);
      const job = await open.create(specOf({ cutoff: 7 }), patronIds(count), 500);
      await open.plan(job);
      await open.process(job);
      expect(await open.apply(job)).toMatchObject({ status: "COMPLETED", counts: { total: count, updated: count } });
      const records = [...(await open.records()).values()];
      expect(records).toHaveLength(count);
      expect(records.filter(({ version, cutoff }) => version !== 4 || cutoff !== 7)).toEqual([]);
    },
  );

  it.each(around(10))("writes each of %i patrons once, in chunks of 10", async (count) => {
    const some = patronIds(count).map((patronId) => ({
      patronId,
      mainStatus: "ACTIVE",
      reserveCount: 0,
      requestCount: 0,
      record: recordOf({ version: 3 }),
    }));
    const open = await openLibrary(bed, some);
    const job = await open.create(specOf({ cutoff: 7, addServiceQueue: true }), patronIds(count), 10);
    expect((await open.plan(job)).starts).toHaveLength(Math.ceil(count / 10));
    await open.process(job);
    expect(await open.apply(job)).toMatchObject({ status: "COMPLETED", counts: { total: count, updated: count } });
    expect([...(await open.outcomes(job)).keys()]).toEqual(patronIds(count));
    expect([...(await open.records()).values()].filter(({ version }) => version !== 4)).toEqual([]);
    expect(await open.requestedFills(job)).toEqual(patronIds(count));
  });
});

describe("an import", () => {
  it.each(around(linesPerChunk))("takes each of %i lines once, and finds them unchanged again", async (count) => {
    const file = jsonl(...Array.from({ length: count }, () => patron({ media: [{ medium: "DB" }] })));
    const job = await imports.begun(file);
    expect(await imports.split(job)).toBe(Math.ceil(count / linesPerChunk));
    for (let chunk = 0; chunk < Math.ceil(count / linesPerChunk); chunk++) {
      await imports.handler({ task: "chunk", library: piedmont.library, job, chunk });
    }
    expect((await imports.close(job)).counts).toEqual({ ...noCounts, read: count, created: count });
    expect((await imports.importFile(file)).counts).toEqual({ ...noCounts, read: count, unchanged: count });
  });
});

describe("service queues", () => {
  let serial = 0;

  /** Asks for queues and keeps what was sent. */
  async function asked(count: number) {
    const order = { library: piedmont.library, batchUpdateId: batchUpdateId(`sizes-${++serial}`), medium: "DB" };
    const sent: FillRequest[] = [];
    const messages = {
      send: async (some: readonly FillRequest[]) => void sent.push(...some),
      isQuiet: async () => true,
      giveBack: async () => undefined,
    };
    const { library, batchUpdateId: id, medium } = order;
    await bed.stores.across.write(openFills({ library, id, medium, resent: 0, openedAt: new Date().toISOString() }));
    await requestFills(
      { store: bed.stores.of(library), messages },
      order,
      0,
      patronIds(count, `S${serial}-`).map(patronId),
    );
    return { order, sent, messages };
  }
  const countsOf = async ({ library, batchUpdateId: id }: FillOrder) => await fillCounts(bed.stores.of(library), id);

  it.each([...around(patronsInMessage), ...around(largestGroup).slice(1)])(
    "of %i patrons are asked for in groups of 250 and messages of 25, and counted on the way as they are answered",
    async (count) => {
      const { order, sent, messages } = await asked(count);
      const sizes = [];
      for await (const group of listGroups(bed.stores.of(order.library), order.batchUpdateId))
        sizes.push(group.requested.size);
      const full = Math.floor(count / largestGroup);
      const rest = count % largestGroup;
      expect(sizes).toEqual([...Array.from({ length: full }, () => largestGroup), ...(rest > 0 ? [rest] : [])]);
      const bodies = fillMessagesOf(sent).map((message) => JSON.stringify(message));
      const inMessages = (patrons: number) => Math.ceil(patrons / patronsInMessage);
      expect(bodies).toHaveLength(full * inMessages(largestGroup) + inMessages(rest));

      const handle = createHandler({
        stores: bed.stores,
        catalogues: createCatalogues(),
        messages,
        now: () => new Date(),
      });
      const numbers = new NumbersOnTheWay(`Fills of ${count}`);
      for (const [place, body] of bodies.entries()) {
        const record = { messageId: `m${place}`, receiptHandle: `r${place}`, body, attributes: {} };
        // Twice, as a queue may: nothing is counted twice.
        for (const Records of [[record], [record]]) expect((await handle({ Records })).batchItemFailures).toEqual([]);
        const { requested, filled, failed, withdrawn, pending } = await countsOf(order);
        expect({ requested, sum: filled + failed + withdrawn + pending }).toEqual({ requested: count, sum: count });
        numbers.progress("answered", { done: requested - pending, total: requested });
      }
      expect((await countsOf(order)).pending).toBe(0);
    },
  );

  it.each([1, 99, 100, 101, 200, 250])("that failed are each told with their reason: %i of a group", async (failed) => {
    const { order } = await asked(largestGroup);
    const { library, batchUpdateId: id } = order;
    for await (const group of listGroups(bed.stores.of(library), id)) {
      const ids = [...group.requested];
      const refused = new Map(ids.slice(0, failed).map((patronId) => [patronId, "There was no answer"]));
      await addAnswers(bed.stores.of(library), id, group.group, { filled: ids.slice(failed), failed: refused });
    }
    expect(await countsOf(order)).toMatchObject({
      requested: largestGroup,
      failed,
      filled: largestGroup - failed,
      pending: 0,
    });
  });
});
