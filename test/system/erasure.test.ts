import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { audit } from "#contract/audit";
import { erasures } from "#contract/erasures";
import { type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";

let product: RunningProduct;
let job: Job;

beforeAll(async () => {
  product = await startProduct({ samplePatrons: 0 });
  job = jobs(product);
  await job.importLines("patrons", [patronLine("E1"), patronLine("E2"), patronLine("E3")]);
});
afterAll(async () => await product?.kill());

const reason = "Asked for by letter";

async function erase(patronId: string) {
  const asked = await job.call("POST", `/v1/patrons/${patronId}/erase`, { reason });
  expect(asked.status).toBe(202);
  const { erasureId } = erasures.erase.answers[202].parse(asked.body);
  return await until(
    async () => erasures.get.answers[200].parse(await job.get(`/v1/erasures/${erasureId}`)),
    ({ status }) => status === "COMPLETED",
  );
}

describe("A patron who is erased", () => {
  test("is found by nobody, and another is", async () => {
    const { version } = (await job.patron("E1")).media["DB"] ?? { version: 0 };
    expect(await erase("E1")).toMatchObject({ patronId: "E1", reason, createdBy: "piedmont-administrator" });
    expect((await job.call("GET", "/v1/patrons/E1")).status).toBe(404);
    expect((await job.patron("E2")).patronId).toBe("E2");
    const { items } = audit.list.answers[200].parse(await job.get("/v1/audit?limit=200"));
    const told = items.filter(({ subject }) => subject === "patrons/E1");
    expect(told.map(({ action }) => action).toSorted()).toEqual(["PATRON_ERASED", "PATRON_ERASURE_BEGUN"]);
    const [ended, asked] = told.toSorted((a, b) => (a.action < b.action ? -1 : 1));
    expect(asked).toMatchObject({ actor: { name: "piedmont-administrator" }, reason });
    expect(ended?.detail).toMatch(/: [1-9]\d* items, \d+ objects, \d+ exports, \d+ earlier versions$/);
    expect(JSON.stringify(told)).not.toContain("Last E1");
    const { counts } = await job.importLines("patrons", [patronLine("E1")]);
    expect(counts).toMatchObject({ created: 1 });
    expect((await job.patron("E1")).media["DB"]?.version).toBeGreaterThan(version);
  });

  test("can be erased again, and nobody who was never there", async () => {
    await erase("E3");
    await erase("E3");
    expect((await job.call("POST", "/v1/patrons/NOBODY/erase", { reason })).status).toBe(404);
    expect((await job.call("POST", "/v1/patrons/E2/erase", { reason: " " })).status).toBe(422);
  });
});
