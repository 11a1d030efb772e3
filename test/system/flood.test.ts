import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { jobs } from "#test/job";
import { patronIds, patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";

const setSchema = z.object({
  querySetId: z.string(),
  status: z.string(),
  progress: z.object({ done: z.number(), total: z.number(), waiting: z.literal(true).optional() }),
});

let product: RunningProduct;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product?.remove());

const criteria = { all: [{ field: "Patron.lastName", operator: "isNotBlank" }] };

async function ask(): Promise<string> {
  const answer = await product.call("POST", "/v1/query-sets", { body: { criteria } });
  expect(answer.status).toBe(201);
  return z.object({ querySetId: z.string() }).parse(answer.body).querySetId;
}

async function look(id: string) {
  const answer = await product.call("GET", `/v1/query-sets/${id}`);
  expect(answer).toMatchObject({ status: 200 });
  return setSchema.parse(answer.body);
}

test("a library's flood of query sets waits in line, says so, and all of it is built", async () => {
  await jobs(product).importLines(
    "patrons",
    patronIds(600).map((id) => patronLine(id)),
  );
  const ids = await Promise.all(Array.from({ length: 40 }, ask));
  const looks = await Promise.all(ids.map(look));
  expect(looks.filter(({ progress }) => progress.waiting).length).toBeGreaterThan(0);
  for (const { progress } of looks) if (progress.waiting) expect(progress.done).toBe(0);
  const ended = await Promise.all(
    ids.map((id) =>
      until(
        () => look(id),
        ({ status }) => status !== "BUILDING",
      ),
    ),
  );
  expect(ended.map(({ status }) => status)).toEqual(ids.map(() => "READY"));
  expect(ended.filter(({ progress }) => progress.waiting)).toEqual([]);
});
