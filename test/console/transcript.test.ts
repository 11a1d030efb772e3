import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startProduct } from "#test/product";
import { openBrowser, visit } from "./browser.ts";
import { tellJob, toldPatrons, transcriptOf } from "./told-job.ts";

it("what is said in the whole job is what the transcript says", async () => {
  const file = join(import.meta.dirname, "..", "..", "docs", "console", "transcript.md");
  const [product, browser] = await Promise.all([
    startProduct({ samplePatrons: toldPatrons, sampleTitles: 5000 }),
    openBrowser(),
  ]);
  try {
    const visitor = await visit(browser, product.url, { at: "/" });
    const told = await tellJob(visitor);
    // Whoever changes what is said looks at it as a whole: node test/console/renew-pictures.ts
    expect(transcriptOf(told)).toBe(await readFile(file, "utf8"));
    expect(visitor.faults).toEqual([]);
  } finally {
    await Promise.all([browser.close(), product.remove()]);
  }
});
