import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import { sampleLibraries } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { generateTitles } from "#infra/local/samples/titles";
import { jobs, toWrite } from "#test/job";
import { sumOf } from "#test/numbers";
import { type RunningProduct, startProduct } from "#test/product";

let product: RunningProduct | undefined;
afterAll(() => product?.remove());

test("10,000 generated patrons come in and are all updated", async () => {
  product = await startProduct();
  const job = jobs(product);
  const count = 10_000;
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    const seconds = (performance.now() - started) / 1000;
    process.stdout.write(`  ${name}: ${seconds.toFixed(1)} s, ${Math.round(count / seconds)} patrons/s\n`);
    return result;
  };
  const library = sampleLibraries[0];
  if (library === undefined) throw new Error("There is no sample library");
  await job.importLines("titles", [...generateTitles({ count: 500, seed: "ten-thousand" })]);
  const lines = await text(
    Readable.from(
      (function* () {
        for (const line of generatePatrons({ library, count, seed: "ten-thousand" })) yield `${JSON.stringify(line)}\n`;
      })(),
    ),
  );
  const imported = await timed("import", () => job.importLines("patrons", lines));
  expect(imported.counts).toMatchObject({ read: count, created: count, rejected: 0 });
  const everybody = { any: [{ field: "Patron.patronId", operator: "isNotBlank" }] };
  const set = await timed("query", () => job.querySet({ criteria: everybody }));
  expect(set.counts["matched"]).toBe(count);
  const planned = await timed("plan", () =>
    job.plan(set.querySetId, { medium: "DB", nightlyDebug: true, changes: { deliveryMethod: "DUPLICATION" } }),
  );
  const { invalid = 0, unchanged = 0 } = planned.plan?.counts ?? {};
  expect(toWrite(planned) + invalid + unchanged).toBe(count);
  const done = await timed("apply", () => job.apply(planned));
  expect(done.counts).toMatchObject({ total: count, failed: 0, unprocessed: 0, conflict: 0 });
  expect((done.counts?.["updated"] ?? 0) + (done.counts?.["created"] ?? 0)).toBe(toWrite(planned));
  expect(sumOf(done.counts ?? {})).toBe(count);
}, 600_000);
