import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { jobs } from "#test/job";
import { patronIds, patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct } from "#test/product";
import { accessibilityFindings, openBrowser, overflowAt320, visit } from "./browser.ts";
import { dayAhead, finished, numberIn, processButton, processOpener, reviewed, runQuery } from "./job.ts";

const many = 20_000;
let product: RunningProduct;
let browser: Browser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({}), openBrowser()]);
  const lines = patronIds(many, "MANY").map((id) => patronLine(id));
  await jobs(product).importLines("patrons", lines);
});
afterAll(async () => {
  await Promise.all([browser?.close(), product?.remove()]);
});

it("the whole job at 20,000 patrons, spread over years, with what is on the page as small as at a few hundred", async () => {
  const few = await jobs(product).querySet({ patronIds: patronIds(60, "MANY") });
  const small = await jobs(product).plan(few.querySetId, { medium: "DB", nightlyDebug: false, changes: { cutoff: 5 } });
  const at = `/batch-updates/${small.batchUpdateId}` as const;
  const { page, faults, close } = await visit(browser, product.url, { width: 1440, at });
  await reviewed(page);
  await page.getByRole("main").getByText("Page 1: rows 1 to 50 of 60").first().waitFor();
  const amongFew = await page.evaluate(pressing);
  await page.goto(`${product.url}/patrons`);
  expect(await runQuery(page)).toBe(many);
  await page.getByRole("link", { name: /Use this query set/ }).click();
  await page.getByLabel("Medium (required)").selectOption("DB");
  await page.getByRole("group", { name: "Next Service Date" }).getByText("Spread over days").click();
  await page.getByLabel("First day").fill(dayAhead(30));
  await page.getByLabel("Patrons on each day").fill("20");
  await page.getByRole("main").getByText("20,000 patrons take 1,000 service days").waitFor();
  const months = page.locator("table.calendar-month");
  await months.nth(2).waitFor();
  const years = page.getByRole("list", { name: "Years of the spread" }).getByRole("button");
  expect(await years.count()).toBeGreaterThanOrEqual(4);
  for (const place of [2, 3, 0]) {
    const year = (await years.nth(place).textContent())?.slice(0, 4);
    await years.nth(place).click();
    await months
      .first()
      .getByText(new RegExp(`^\\w+ ${year}$`))
      .waitFor();
    expect(await years.nth(place).getAttribute("aria-pressed")).toBe("true");
    expect(await months.count()).toBeLessThanOrEqual(3);
  }
  await page.getByRole("button", { name: "Plan and review" }).click();
  await page.getByRole("heading", { level: 1, name: "Review the batch update" }).waitFor({ timeout: 240_000 });
  await reviewed(page);
  expect(numberIn(await processOpener(page).textContent())).toBe(many);
  await page.getByRole("main").getByText("Page 1: rows 1 to 50 of 20,000").first().waitFor();
  expect(await page.locator("table.calendar-month").count()).toBe(3);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await overflowAt320(page)).toEqual([]);
  // Only a page of rows is there, so that whatever is pressed is answered at once.
  expect(await page.locator("body *").count()).toBeLessThan(5_000);
  // However slow the machine is: a press takes no longer than the same one among a few hundred times fewer patrons.
  expect(await page.evaluate(pressing)).toBeLessThan(4 * amongFew + 20);
  await page.getByText("9 patrons selected").first().waitFor();
  await page.getByRole("button", { name: "Leave out selected" }).click();
  await page.getByRole("button", { name: "Process 19,991 patrons …" }).click();
  await page.getByLabel("Type the number of patrons").fill("19991");
  await processButton(page).click();
  await page.getByRole("heading", { level: 1, name: "Updating patrons" }).waitFor();
  await page
    .getByText(/^about [\d,.]+ each (second|minute)$/)
    .first()
    .waitFor();
  await page
    .getByText(/(seconds|minutes?) left$/)
    .first()
    .waitFor();
  await expect.poll(() => page.title()).toMatch(/^\d+% — Updating patrons/);
  expect(await accessibilityFindings(page)).toEqual([]);
  await finished(page);
  await page.getByText("19,991 patrons changed").first().waitFor();
  await page.getByRole("main").getByText("Page 1: rows 1 to 50 of 20,000").first().waitFor();
  await page.getByRole("button", { name: /^Show: Left out 9$/ }).click();
  await page.getByRole("main").getByText("9 rows", { exact: true }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(faults).toEqual([]);
  await close();
});

/** Runs in the browser: presses nine rows of a table. Milliseconds of the press that was answered soonest. */
async function pressing(): Promise<number> {
  const times: number[] = [];
  for (const box of [...document.querySelectorAll<HTMLInputElement>("tbody .usa-checkbox__input")].slice(0, 9)) {
    const began = performance.now();
    box.click();
    await new Promise<void>((shown) => requestAnimationFrame(() => requestAnimationFrame(() => shown())));
    times.push(performance.now() - began);
  }
  return Math.min(...times);
}
