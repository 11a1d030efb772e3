import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type Job, jobs } from "#test/job";
import { type RunningProduct, startProduct } from "#test/product";

let product: RunningProduct;
let job: Job;
beforeAll(async () => {
  product = await startProduct();
  job = jobs(product);
});
afterAll(() => product?.remove());

const querySchema = z.looseObject({
  savedQueryId: z.string(),
  name: z.string(),
  criteria: z.unknown(),
  starter: z.boolean().optional(),
  why: z.string().optional(),
});

test("starter queries stand behind the kept ones in every library, say why, can be asked, and stay as they are", async () => {
  const named = (name: string) => ({ name, criteria: { all: [{ field: "Patron.city", operator: "isBlank" }] } });
  for (const name of ["One", "Two"])
    expect((await job.call("POST", "/v1/saved-queries", named(name))).status).toBe(201);
  const all = await job.all("/v1/saved-queries", querySchema);
  expect(all.slice(0, 2).map(({ name }) => name)).toEqual(["Two", "One"]);
  const starters = all.slice(2);
  expect(starters).toHaveLength(5);
  expect(starters.every(({ starter, why = "" }) => starter === true && why.endsWith("."))).toBe(true);
  // Page by page as well, whatever its size.
  for (const limit of [1, 2, 3, 7]) {
    const names: string[] = [];
    let cursor = "";
    do {
      const url = `/v1/saved-queries?limit=${limit}${cursor}`;
      const page = z
        .object({ items: z.array(querySchema), nextCursor: z.string().optional() })
        .parse(await job.get(url));
      expect(page.items.length).toBeLessThanOrEqual(limit);
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor === undefined ? "" : `&cursor=${page.nextCursor}`;
    } while (cursor !== "");
    expect(names).toEqual(all.map(({ name }) => name));
  }
  const [first] = starters;
  const path = `/v1/saved-queries/${first?.savedQueryId}`;
  expect(await job.get(path)).toMatchObject({ starter: true, name: first?.name });
  expect((await job.call("DELETE", path)).status).toBe(409);
  expect((await job.call("PUT", path, named("Three"))).status).toBe(409);
  expect((await job.call("POST", "/v1/saved-queries", named(String(first?.name).toUpperCase()))).status).toBe(409);
  for (const { criteria } of starters) expect((await job.querySet({ criteria })).status).toBe("READY");
  const lakeshore = await jobs(product, "lakeshore-administrator").all("/v1/saved-queries", querySchema);
  expect(lakeshore.map(({ savedQueryId }) => savedQueryId)).toEqual(starters.map(({ savedQueryId }) => savedQueryId));
});
