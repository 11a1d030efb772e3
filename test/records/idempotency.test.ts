import { afterAll, beforeAll, expect, test } from "vitest";
import { libraryId } from "#test/ids";
import { once } from "../../functions/api/idempotency.ts";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
beforeAll(async () => {
  stores = await startRealStores();
});
afterAll(async () => await stores?.close());

const hour = 3600_000;
const begun = new Date("2026-09-01T12:00:00Z").getTime();
let sent = 0;

/** The same request at times after its first, with what came of each. */
function request(key: string) {
  const common = { key, caller: "ann", method: "POST", path: "/v1/presets", body: "{}" };
  return async (after: number, run: (id: string) => Promise<{ status: number }>) =>
    await once(
      stores.of(libraryId("l")),
      () => new Date(begun + after),
      { ...common, newId: `id-${++sent}`, secrets: ["key"] },
      run,
    );
}

test("an answer is kept for two days by the clock of the product, then the key is free again", async () => {
  const send = request("kept");
  const statuses = [];
  for (const [place, after] of [0, 24 * hour, 47 * hour, 49 * hour].entries()) {
    const { status, headers } = await send(after, async () => ({ status: 200 + place }));
    statuses.push([status, headers?.["idempotent-replayed"]]);
  }
  expect(statuses).toEqual([
    [200, undefined],
    [200, "true"],
    [200, "true"],
    [203, undefined],
  ]);
});

test("a request that never ended is taken over after its lease, under the id it had", async () => {
  const send = request("leased");
  const never = Promise.withResolvers<{ status: number }>();
  const begunWith = Promise.withResolvers<string>();
  const first = send(0, async (id) => {
    begunWith.resolve(id);
    return await never.promise;
  });
  const id = await begunWith.promise;
  const { status } = await send(31_000, async (again) => ({ status: again === id ? 201 : 500 }));
  expect(status).toBe(201);
  never.resolve({ status: 204 });
  await first;
});
