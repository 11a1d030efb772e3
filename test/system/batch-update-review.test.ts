import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { problemSchema } from "#contract/problem";
import { type Job, jobs } from "#test/job";
import { mediumLine, patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct } from "#test/product";

let product: RunningProduct;
let job: Job;
let today: string;

beforeAll(async () => {
  product = await startProduct();
  job = jobs(product);
  await job.importLines("titles", [{ titleId: "DB1", medium: "DB", title: "One", author: "Writer" }]);
  today = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York" }).format(new Date());
});
afterAll(() => product?.remove());

/** Imports patrons, puts them into a query set in this order, and plans. */
async function plan(lines: readonly { patronId: string }[], spec: object, more: object = {}) {
  const end = await job.importLines("patrons", lines);
  expect(end.counts["rejected"]).toBe(0);
  const { querySetId } = await job.querySet({ patronIds: lines.map(({ patronId }) => patronId), ...more });
  return await job.plan(querySetId, { medium: "DB", nightlyDebug: false, ...spec });
}
const record = async (patronId: string) => (await job.patron(patronId)).media["DB"];
const days = (day: string, more: number) => new Date(Date.parse(day) + more * 86_400_000).toISOString().slice(0, 10);

const full = {
  status: "ACTIVE",
  serveCode: "NA",
  deliveryMethod: "PHYSICAL",
  nextServiceDate: "2019-05-06",
  cutoff: 10,
  nightlyDebug: false,
  maxServiceQueueSize: 20,
  refillPoint: 5,
  maxTitlesPerCartridge: 4,
  cartridgeLimit: 3,
  lastServedOn: "2019-05-05",
};

describe("every field and verb", () => {
  test("each field is set as told, 0 and false among the values, and nothing else changes", async () => {
    const changes = {
      status: "INACTIVE",
      serveCode: "CA30",
      deliveryMethod: "DUPLICATION",
      nextServiceDate: today,
      cutoff: 0,
      maxServiceQueueSize: 500,
      refillPoint: 0,
      maxTitlesPerCartridge: 100,
      cartridgeLimit: 99,
    };
    const before = mediumLine({ ...full, nightlyDebug: true });
    const planned = await plan([patronLine("SET1", { media: [before, mediumLine({ medium: "BR" })] })], { changes });
    const [item] = await job.planItems(planned.batchUpdateId);
    expect(item?.changes.map(({ field, after }) => [field, after]).sort()).toEqual(
      Object.entries({ ...changes, nightlyDebug: false }).sort(),
    );
    const other = (await job.patron("SET1")).media["BR"];
    await job.apply(planned);
    expect(await record("SET1")).toEqual({ ...full, ...changes, nightlyDebug: false, version: 2 });
    expect((await job.patron("SET1")).media["BR"]).toEqual(other);
  });

  test("null clears where a field may be empty, and is refused elsewhere", async () => {
    const clearable = {
      nextServiceDate: null,
      cutoff: null,
      maxServiceQueueSize: null,
      refillPoint: null,
      maxTitlesPerCartridge: null,
      cartridgeLimit: null,
    };
    const planned = await plan([patronLine("CLEAR1", { media: [mediumLine(full)] })], { changes: clearable });
    const [item] = await job.planItems(planned.batchUpdateId);
    expect(item?.changes.every((change) => !("after" in change))).toBe(true);
    await job.apply(planned);
    const { status, serveCode, deliveryMethod, nightlyDebug, lastServedOn } = full;
    expect(await record("CLEAR1")).toEqual({
      ...{ status, serveCode, deliveryMethod, nightlyDebug, lastServedOn },
      version: 2,
    });
    for (const field of ["status", "serveCode", "deliveryMethod", "addServiceQueue"]) {
      const body = { querySetId: planned["querySetId"], medium: "DB", nightlyDebug: false, changes: { [field]: null } };
      const refused = await job.call("POST", "/v1/batch-updates", body);
      expect([field, refused.status]).toEqual([field, 422]);
      expect(problemSchema.parse(refused.body).errors?.[0]?.path).toBe(`changes.${field}`);
    }
  });

  test("a value that is wrong for everyone is refused at once, with its path", async () => {
    const { querySetId } = await job.querySet({ patronIds: ["SET1"] });
    const wrong = {
      status: "NOSUCH",
      serveCode: "ZZ",
      deliveryMethod: "BY_OWL",
      nextServiceDate: days(today, -1),
      cutoff: 1000,
      maxServiceQueueSize: 0,
      refillPoint: -1,
      maxTitlesPerCartridge: 101,
      cartridgeLimit: 1.5,
      lastServedOn: today,
    };
    for (const [field, value] of Object.entries(wrong)) {
      const body = { querySetId, medium: "DB", nightlyDebug: false, changes: { [field]: value } };
      expect([field, (await job.call("POST", "/v1/batch-updates", body)).status]).toEqual([field, 422]);
    }
    for (const spec of [{ medium: "DB" }, { nightlyDebug: true }, { medium: "NOSUCH", nightlyDebug: true }]) {
      expect((await job.call("POST", "/v1/batch-updates", { querySetId, ...spec })).status).toBe(422);
    }
  });

  test("a spread puts at most perDay on each service day in the set's order; who is invalid leaves an empty place", async () => {
    // A Friday some weeks ahead; the Monday after it is closed.
    const weekday = new Date(today).getUTCDay();
    const friday = days(today, 21 + ((5 - weekday + 7) % 7));
    const library = z.looseObject({ closedDays: z.array(z.string()) }).parse(await job.get("/v1/library"));
    const closed = [...new Set([...library.closedDays, days(friday, 3)])].sort();
    expect((await job.call("PUT", "/v1/library", { ...library, closedDays: closed })).status).toBe(200);

    const lines = ["SP9", "SP8", "SP7", "SP6", "SP5", "SP4", "SP3"].map((patronId) =>
      patronLine(patronId, { mainStatus: patronId === "SP8" ? "DECEASED" : "ACTIVE" }),
    );
    await job.importLines("patrons", lines);
    const { querySetId } = await job.querySet({ patronIds: lines.map(({ patronId }) => patronId) });
    await job.call("POST", `/v1/query-sets/${querySetId}/exclusions`, { patronIds: ["SP7"] });
    const changes = { nextServiceDate: { spread: { from: friday, perDay: 2 } } };
    const planned = await job.plan(querySetId, { medium: "DB", nightlyDebug: false, changes });
    const open = [friday, days(friday, 4), days(friday, 5)].filter((day) => !library.closedDays.includes(day));
    expect(open).toHaveLength(3);
    // Places without SP7: SP9 SP8 | SP6 SP5 | SP4 SP3, of which SP8 is empty.
    expect(planned.plan?.spread).toEqual([
      { date: open[0], patrons: 1 },
      { date: open[1], patrons: 2 },
      { date: open[2], patrons: 2 },
    ]);
    expect(planned.plan?.counts).toMatchObject({ total: 6, update: 5, invalid: 1 });
    const excluded = await job.call("POST", `/v1/batch-updates/${planned.batchUpdateId}/exclusions`, {
      patronIds: ["SP6"],
    });
    expect(excluded.status).toBe(200);
    const done = await job.apply(await job.batch(planned.batchUpdateId));
    expect(done.counts).toMatchObject({ updated: 4, invalid: 1, excluded: 1 });
    const given = await Promise.all(lines.map(async ({ patronId }) => (await record(patronId))?.["nextServiceDate"]));
    expect(given).toEqual([open[0], undefined, undefined, undefined, open[1], open[2], open[2]]);
  });

  test("rules between two fields are judged on each patron's merged record; one invalid field refuses that patron whole", async () => {
    const lines = [
      patronLine("MERGE1", { media: [mediumLine({ refillPoint: 12 })] }),
      patronLine("MERGE2", { media: [mediumLine({ refillPoint: 11 })] }),
      patronLine("MERGE3", { media: [mediumLine({ refillPoint: undefined })] }),
    ];
    const planned = await plan(lines, { nightlyDebug: true, changes: { maxServiceQueueSize: 11, serveCode: "WA" } });
    expect(planned.plan?.problems).toEqual([{ code: "REFILL_ABOVE_MAXIMUM", patrons: 1 }]);
    const [refused] = await job.planItems(planned.batchUpdateId, "?action=INVALID");
    expect(refused).toMatchObject({ patronId: "MERGE1", problem: { code: "REFILL_ABOVE_MAXIMUM" } });
    expect((await job.apply(planned)).counts).toMatchObject({ updated: 2, invalid: 1 });
    expect(await record("MERGE1")).toMatchObject({ serveCode: "NA", nightlyDebug: false, version: 1 });
    expect(await record("MERGE2")).toMatchObject({ serveCode: "WA", maxServiceQueueSize: 11, version: 2 });
  });

  test("warnings say how many patrons each concerns, find them, and stop nobody", async () => {
    const lines = [
      patronLine("WARN1", { requests: ["DB1"] }),
      patronLine("WARN2", { reserves: ["DB1"] }),
      patronLine("WARN3", { reserves: ["DB1"], requests: ["DB1"] }),
      patronLine("WARN4"),
    ];
    const changes = { serveCode: "OL", nextServiceDate: days(today, 30), maxTitlesPerCartridge: 3, cartridgeLimit: 2 };
    const planned = await plan(lines, { changes });
    const warned = new Map(planned.plan?.warnings.map(({ code, patrons }) => [code, patrons]));
    expect(Object.fromEntries(warned)).toEqual({
      ON_DEMAND_WITH_REQUESTS: 2,
      RESERVES_WAITING: 2,
      REFILL_BELOW_CARTRIDGES: 4,
    });
    const found = await job.planItems(planned.batchUpdateId, "?warning=RESERVES_WAITING");
    expect(found.map(({ patronId }) => patronId)).toEqual(["WARN2", "WARN3"]);
    expect((await job.apply(planned)).counts).toMatchObject({ total: 4, updated: 4 });
  });
});

describe("Nightly Debug", () => {
  test("it is applied as it stands, the review says how many it turns on and off, and alone it is a legal update", async () => {
    const lines = [true, true, false, false, false].map((nightlyDebug, i) =>
      patronLine(`DEBUG${i}`, { media: [mediumLine({ nightlyDebug })] }),
    );
    const off = await plan([...lines, patronLine("DEBUG5", { media: [] })], { nightlyDebug: false });
    expect(off.plan?.nightlyDebug).toEqual({ turnedOn: 0, turnedOff: 2 });
    expect(off.plan?.counts).toMatchObject({ update: 2, unchanged: 3, create: 1 });
    const on = await job.plan(String(off["querySetId"]), { medium: "DB", nightlyDebug: true });
    // Who had no record counts as off before.
    expect(on.plan?.nightlyDebug).toEqual({ turnedOn: 4, turnedOff: 0 });
    await job.apply(off);
    const now = await Promise.all([0, 1, 2, 3, 4, 5].map(async (i) => await record(`DEBUG${i}`)));
    expect(now.map((one) => one?.["nightlyDebug"])).toEqual([false, false, false, false, false, false]);
    expect(now.map((one) => one?.version)).toEqual([2, 2, 1, 1, 1, 1]);
    expect(now[5]).toEqual({ status: "ACTIVE", nightlyDebug: false, version: 1 });
  });
});

describe("the review is sealed", () => {
  const exclude = (id: string, body: object, remove = "") =>
    job.call("POST", `/v1/batch-updates/${id}/exclusions${remove}`, body);

  test("exclusions change counts and digest, and taking them back gives the same digest again", async () => {
    const lines = [
      patronLine("SEAL1", { requests: ["DB1"] }),
      patronLine("SEAL2"),
      patronLine("SEAL3", { media: [] }),
      patronLine("SEAL4", { media: [mediumLine({ serveCode: "OL" })] }),
    ];
    const planned = await plan(lines, { changes: { serveCode: "OL" } });
    const id = planned.batchUpdateId;
    const seals = new Map<string, string>([["nobody", planned.plan?.digest ?? ""]]);
    for (const body of [{ patronIds: ["SEAL2"] }, { action: "CREATE" }, { warning: "ON_DEMAND_WITH_REQUESTS" }]) {
      const { status } = await exclude(id, body);
      expect(status).toBe(200);
      seals.set(JSON.stringify(body), (await job.batch(id)).plan?.digest ?? "");
    }
    expect(new Set(seals.values()).size).toBe(4);
    const nobodyLeft = await job.batch(id);
    expect(nobodyLeft.plan?.counts).toMatchObject({ total: 4, update: 0, create: 0, unchanged: 1, excluded: 3 });
    expect(nobodyLeft.plan?.warnings).toEqual([]);
    // By id alone, those of each action together.
    const ids = async (list: string) => await job.get(`/v1/batch-updates/${id}/${list}`);
    expect(await ids("plan/patron-ids")).toEqual({
      items: [
        { action: "EXCLUDED", patronIds: ["SEAL1", "SEAL2", "SEAL3"] },
        { action: "UNCHANGED", patronIds: ["SEAL4"] },
      ],
    });
    expect(await ids("plan/patron-ids?q=seal3")).toEqual({ items: [{ action: "EXCLUDED", patronIds: ["SEAL3"] }] });
    expect(await ids("plan/patron-ids?action=UPDATE")).toEqual({ items: [] });
    expect((await job.call("GET", `/v1/batch-updates/${id}/plan/patron-ids?limit=5`)).status).toBe(422);
    expect((await job.call("GET", `/v1/batch-updates/${id}/outcomes/patron-ids`)).status).toBe(409);
    expect((await job.process(nobodyLeft)).status).toBe(409);
    expect((await exclude(id, { patronIds: ["SEAL1", "STRANGER"] })).status).toBe(422);
    expect((await job.batch(id)).plan).toEqual(nobodyLeft.plan);

    expect((await exclude(id, { patronIds: ["SEAL1", "SEAL2", "SEAL3"] }, "/remove")).status).toBe(200);
    expect((await job.batch(id)).plan).toEqual(planned.plan);
    await exclude(id, { patronIds: ["SEAL2"] });
    const withoutOne = await job.batch(id);
    await exclude(id, { patronIds: ["SEAL2"] }, "/remove");
    await exclude(id, { action: "CREATE" });
    // Stale now: the review before any exclusion, and one of as many patrons, but of others.
    expect((await job.process(planned)).status).toBe(409);
    expect((await job.process(withoutOne)).status).toBe(409);
    expect(await record("SEAL1")).toMatchObject({ serveCode: "NA", version: 1 });

    const done = await job.apply(await job.batch(id));
    expect(done.counts).toMatchObject({ total: 4, updated: 2, unchanged: 1, excluded: 1 });
    expect(await ids("outcomes/patron-ids")).toEqual({
      items: [
        { outcome: "UPDATED", patronIds: ["SEAL1", "SEAL2"] },
        { outcome: "EXCLUDED", patronIds: ["SEAL3"] },
        { outcome: "UNCHANGED", patronIds: ["SEAL4"] },
      ],
    });
    expect(await ids("outcomes/patron-ids?outcome=UNCHANGED")).toEqual({
      items: [{ outcome: "UNCHANGED", patronIds: ["SEAL4"] }],
    });
    expect((await record("SEAL4"))?.version).toBe(1);
    expect(await record("SEAL3")).toBeUndefined();
    expect((await exclude(id, { patronIds: ["SEAL1"] })).status).toBe(409);
    expect((await job.process(await job.batch(id))).status).toBe(409);
  });

  test("the digest is over members, spec and every value before", async () => {
    const lines = [patronLine("DIGEST1"), patronLine("DIGEST2")];
    const digest = async (spec: object) => (await plan(lines, spec)).plan?.digest;
    const spec = { changes: { serveCode: "OL" } };
    const seals = [
      await digest(spec),
      await digest({ changes: { serveCode: "OA" } }),
      await digest({ ...spec, nightlyDebug: true }),
    ];
    await job.call("PATCH", "/v1/patrons/DIGEST2/media/DB", { serveCode: "WA" });
    const { querySetId } = await job.querySet({ patronIds: ["DIGEST1", "DIGEST2"] });
    seals.push((await job.plan(querySetId, { medium: "DB", nightlyDebug: false, ...spec })).plan?.digest);
    const fewer = await job.querySet({ patronIds: ["DIGEST1"] });
    seals.push((await job.plan(fewer.querySetId, { medium: "DB", nightlyDebug: false, ...spec })).plan?.digest);
    expect(new Set(seals).size).toBe(seals.length);
  });

  test("a plan where nothing changes cannot be processed, and the size of a batch is said in the review", async () => {
    const nothing = await plan([patronLine("NOTHING1")], { changes: { serveCode: "NA" } });
    expect(nothing.plan?.counts).toMatchObject({ total: 1, unchanged: 1 });
    expect(nothing["large"]).toBe(false);
    expect((await job.process(nothing)).status).toBe(409);
    expect((await record("NOTHING1"))?.version).toBe(1);
    expect((await job.batch(nothing.batchUpdateId)).status).toBe("READY");
  });
});
