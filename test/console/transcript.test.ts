import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningProduct, startProduct } from "#test/product";
import { openBrowser, visit } from "./browser.ts";
import { isFine } from "./fine.ts";
import { tellJob, toldPatrons, transcriptOf } from "./told-job.ts";

let product: RunningProduct;
let browser: Browser;

beforeAll(async () => {
  [product, browser] = await Promise.all([
    startProduct({ samplePatrons: toldPatrons, sampleTitles: 5000 }),
    openBrowser(),
  ]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), product?.remove()]);
});

it("what is said in the whole job is what the transcript says", async () => {
  const file = join(import.meta.dirname, "..", "..", "docs", "console", "transcript.md");
  const visitor = await visit(browser, product.url, { at: "/" });
  const told = await tellJob(visitor);
  // Whoever changes what is said looks at it as a whole: node test/console/renew-pictures.ts
  expect(transcriptOf(told)).toBe(await readFile(file, "utf8"));
  expect(visitor.faults).toEqual([]);
  await visitor.close();
});

it("the whole job is done in a window of 320 pixels, in forced colors, and each step is fine there", async () => {
  const visitor = await visit(browser, product.url, { at: "/", width: 320 });
  const { page, faults, close } = visitor;
  await page.emulateMedia({ forcedColors: "active" });
  const looked: string[] = [];
  await tellJob(
    visitor,
    async (name) => {
      expect(await page.evaluate(() => matchMedia("(forced-colors: active)").matches && innerWidth)).toBe(320);
      await isFine(page);
      looked.push(name);
    },
    42,
  );
  expect(looked).toEqual(["1-find-patrons", "2-batch-update", "3-review", "4-result"]);
  expect(faults).toEqual([]);
  await close();
});
