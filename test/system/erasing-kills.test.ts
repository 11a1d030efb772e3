import { afterAll, beforeAll, expect, test } from "vitest";
import { erasures } from "#contract/erasures";
import { type FaultLayer, type Rule, startFaultLayer } from "#test/faults/layer";
import { jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { until } from "#test/product";
import { type Survivor, startSurvivor } from "../chaos/survivor.ts";
import { isEngines, marked, marksInFiles, marksInItems } from "./marks.ts";

let faults: FaultLayer;
let survivor: Survivor;

beforeAll(async () => {
  faults = await startFaultLayer();
  survivor = await startSurvivor(faults);
});
afterAll(async () => {
  await survivor?.remove();
  await faults?.close();
});

/** Where the product dies with all of its children, once each: at the nth request of a function. */
const deaths = [
  { of: "EraseJob", request: 9, when: "AFTER" },
  { of: "EraseChunk", request: 6, when: "AFTER" },
  { of: "ExpiryExpire", request: 4, when: "BEFORE" },
] as const;

test("an erasure that is killed while it empties the table, rewrites objects and deletes versions comes to its end, and leaves nothing", async () => {
  const job = jobs(await survivor.running());
  await job.importLines("patrons", [marked, patronLine("OTHER")]);
  const { querySetId } = await job.querySet({ patronIds: ["MARKED", "OTHER"] });
  const planned = await job.plan(querySetId, { medium: "DB", nightlyDebug: true, changes: { cutoff: 7 } });
  const { batchUpdateId } = await job.apply(planned);
  expect(await marksInItems(await survivor.running())).not.toEqual([]);

  const open = new Set<(typeof deaths)[number]>(deaths);
  const counted = new Map<string, number>();
  const rule: Rule = ({ functionName }) => {
    for (const death of open) {
      if (!functionName.startsWith(death.of)) continue;
      const count = (counted.get(death.of) ?? 0) + 1;
      counted.set(death.of, count);
      if (count < death.request) return undefined;
      open.delete(death);
      return { cut: death.when, by: () => survivor.kill(true) };
    }
    return undefined;
  };
  const headers = { "idempotency-key": "erase-once" };
  await faults.during(rule, async () => {
    const asked = await survivor.ask(async () => {
      const body = { reason: "By letter" };
      const reply = await (await survivor.running()).call("POST", "/v1/patrons/MARKED/erase", { body, headers });
      return erasures.erase.answers[202].parse(reply.body);
    });
    await until(
      () =>
        survivor.ask(async (one) => erasures.get.answers[200].parse(await one.get(`/v1/erasures/${asked.erasureId}`))),
      ({ status }) => status === "COMPLETED",
    );
  });
  expect([...open]).toEqual([]);
  const product = await survivor.running();
  expect(await marksInItems(product)).toEqual([]);
  expect(await marksInFiles(product, (path) => !isEngines(path))).toEqual([]);
  const after = jobs(product);
  expect(await after.get(`/v1/batch-updates/${batchUpdateId}/verify`)).toMatchObject({ status: "DONE", ok: true });
  expect((await after.importLines("patrons", [marked])).counts).toMatchObject({ created: 1 });
}, 600_000);
