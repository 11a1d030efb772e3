import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { imports } from "#contract/imports";
import { type RunningProduct, startProduct, until } from "#test/product";

async function fileText(file: string): Promise<string> {
  return await readFile(file, "utf8").catch(() => "");
}

async function endedImports(product: RunningProduct, as: "piedmont-administrator" | "lakeshore-administrator") {
  const { items } = imports.list.answers[200].parse((await product.call("GET", "/v1/imports", { as })).body);
  return items.filter((it) => it.status === "COMPLETED").map((it) => ({ kind: it.kind, read: it.counts.read }));
}

test("a first start that is killed while the samples come in is gone on with by the next, and done once", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "product-"));
  const first = startProduct({ dataDir, samplePatrons: 400, sampleTitles: 5000 });
  const died = expect(first).rejects.toThrow(/before it was ready/);
  await until(
    async () => await fileText(join(dataDir, "samples.json")),
    (text) => text.includes("piedmont patrons"),
  );
  const holder = z.object({ pid: z.number() }).parse(JSON.parse(await fileText(join(dataDir, "product.lock"))));
  process.kill(holder.pid, "SIGKILL");
  await died;

  const second = await startProduct({ dataDir, samplePatrons: 400, sampleTitles: 5000 });
  try {
    expect(await endedImports(second, "piedmont-administrator")).toEqual([
      { kind: "patrons", read: 400 },
      { kind: "titles", read: 5000 },
    ]);
    expect(await endedImports(second, "lakeshore-administrator")).toEqual([
      { kind: "patrons", read: 300 },
      { kind: "titles", read: 5000 },
    ]);
    await second.stop();
    const third = await startProduct({ dataDir, samplePatrons: 900, sampleTitles: 5000 });
    expect(await endedImports(third, "piedmont-administrator")).toHaveLength(2);
    expect((await third.call("GET", "/v1/patrons/P000400")).status).toBe(200);
    expect((await third.call("GET", "/v1/patrons/P000401")).status).toBe(404);
    await third.remove();
  } finally {
    await second.remove();
  }
});
