import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningProduct, startProduct } from "#test/product";
import { accessibilityFindings, openBrowser, type Visitor, visit } from "./browser.ts";
import { finished, planCutoff, processButton, processOpener, runQuery } from "./job.ts";

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ samplePatrons: 60, sampleTitles: 5000 }), openBrowser()]);
  visitor = await visit(browser, product.url);
  await visitor.page.emulateMedia({ colorScheme: "dark" });
});
afterAll(async () => {
  await visitor?.close();
  await Promise.all([browser?.close(), product?.remove()]);
});

/** Kept where somebody asks for them: PICTURES names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["PICTURES"];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** Brightness from 0 to 255 of what the page stands on. */
async function brightness(page: Page): Promise<number> {
  const color = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [red, green, blue] = (color.match(/^rgb\((\d+), (\d+), (\d+)\)$/) ?? []).slice(1).map(Number);
  return Math.max(red ?? Number.NaN, green ?? Number.NaN, blue ?? Number.NaN);
}

async function isRight(page: Page, name: string): Promise<void> {
  expect(await brightness(page)).toBeLessThan(60);
  await picture(page, name);
  expect(await accessibilityFindings(page), name).toEqual([]);
}

it("every step of the job is dark and readable where the system asks for it", async () => {
  const { page } = visitor;
  await isRight(page, "query");
  await page.getByRole("button", { name: "Run the query" }).click();
  await page.getByRole("alert").waitFor();
  await isRight(page, "query-wrong");
  await page.reload();
  await runQuery(page);
  await isRight(page, "query-set");
  await planCutoff(page, 7);
  await isRight(page, "review");
  await processOpener(page).click();
  await isRight(page, "process");
  await processButton(page).click();
  await finished(page);
  await isRight(page, "result");
});

it("by day it stays light", async () => {
  await visitor.page.emulateMedia({ colorScheme: "light" });
  expect(await brightness(visitor.page)).toBe(255);
});

it("a review on paper says how many would change and which rows these are, and nothing of what is pressed", async () => {
  const { page } = visitor;
  await page.goto(`${product.url}/query-sets`);
  await page.getByRole("table").getByRole("link").first().click();
  await planCutoff(page, 8);
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  const main = page.getByRole("main");
  const words = (await main.allInnerTexts()).join(" ").replace(/\s+/g, " ");
  expect(words).toMatch(/\d patrons? would change/);
  expect(words).toMatch(/rows 1 to \d+ of \d+|\d+ rows?/);
  expect(words).not.toMatch(
    /all on this page|Do it again|Your choice|Leave out|Rows on a page|Change these choices|See the/,
  );
  // Blocked or not, all names stand in one line.
  const table = page.getByRole("table", { name: "Changes by patron, before and after" });
  const left = (which: string) =>
    table.locator(which).evaluateAll((all) => all.map((it) => it.getBoundingClientRect().x));
  expect(new Set([...(await left("tbody .untickable")), ...(await left("tbody .usa-checkbox__label"))]).size).toBe(1);
  await picture(page, "print-review");
  await page.emulateMedia({ media: "screen" });
});

it("on paper stands what was found and done, dark on light, without what can only be operated", async () => {
  const { page } = visitor;
  await page.goto(`${product.url}/batch-updates`);
  await page.getByRole("table").waitFor();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  expect(await brightness(page)).toBe(255);
  await picture(page, "print");
  expect(await page.getByRole("table").isVisible()).toBe(true);
  expect(await page.getByRole("heading", { level: 1 }).isVisible()).toBe(true);
  expect(await page.getByRole("navigation", { name: "Main" }).count()).toBe(0);
  expect(await page.getByRole("button").count()).toBe(0);
});
