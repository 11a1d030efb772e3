import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { patience } from "#test/patience";
import { type RunningProduct, startProduct } from "#test/product";
import { accessibilityFindings, openBrowser, type Visitor, visit } from "./browser.ts";
import { isFine } from "./fine.ts";
import { batchUpdateId, planCutoff, reviewed, runQuery } from "./job.ts";

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ samplePatrons: 60, sampleTitles: 5000 }), openBrowser()]);
  visitor = await visit(browser, product.url);
  page = visitor.page;
});
afterAll(async () => {
  await visitor?.close();
  await Promise.all([browser?.close(), product?.remove()]);
});

const value = () => page.getByLabel("Value", { exact: true });
const heading = (name: string) => page.getByRole("heading", { level: 1, name }).waitFor();

describe("the query of a set", () => {
  it("is changed in the form it was written in, with what was typed; the set stays as it is", async () => {
    await runQuery(page);
    const set = page.url();
    await page.getByRole("link", { name: "Change the query" }).click();
    await heading("Find patrons");
    expect(await value().inputValue()).toBe("DB");
    await isFine(page);
    await value().selectOption("BR");
    await page.getByRole("button", { name: "Run the query" }).click();
    await page.getByText("Media : Medium : Equals : BR").waitFor();
    await page.getByRole("link", { name: /Use this query set/ }).waitFor();
    expect(page.url()).not.toBe(set);
    await page.goto(set);
    await page.getByText("Media : Medium : Equals : DB").waitFor();
  });

  it("is there after Back, Forward and a reload, and another query begins empty", async () => {
    await page.goto(`${product.url}/patrons`);
    await page.getByLabel("Operator").selectOption("in");
    await page.getByLabel("Values").fill("DB\nBR");
    await page.getByRole("button", { name: "Run the query" }).click();
    await page.getByRole("link", { name: /Use this query set/ }).waitFor();
    await page.goBack();
    await heading("Find patrons");
    expect(await page.getByLabel("Values").inputValue()).toBe("DB\nBR");
    await page.reload();
    expect(await page.getByLabel("Values").inputValue()).toBe("DB\nBR");
    await page.goForward();
    await page.getByRole("link", { name: /Use this query set/ }).waitFor();
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Patrons", exact: true }).click();
    expect(await value().inputValue()).toBe("");
  });

  it("of IDs is there in the window in which they were typed; elsewhere the page says what is missing", async () => {
    await page.getByText("By a list of patron IDs").click();
    await page.getByLabel("Patron IDs", { exact: true }).fill("P000001\nP000002");
    await page.getByRole("button", { name: "Run the query" }).click();
    await page.getByRole("link", { name: /Use this query set/ }).waitFor();
    const set = new URL(page.url()).pathname.split("/").at(-1);
    await page.getByRole("link", { name: "Change the query" }).click();
    expect(await page.getByLabel("Patron IDs", { exact: true }).inputValue()).toBe("P000001\nP000002");
    const other = await visit(browser, product.url, { as: "piedmont-staff", at: `/patrons?from=${set}` });
    await other.page.getByText("Enter the IDs, or choose the file again.").waitFor();
    expect(await accessibilityFindings(other.page)).toEqual([]);
    await other.close();
  });

  it("that does not exist is said to be missing", async () => {
    await page.goto(`${product.url}/patrons?from=nothing`);
    await heading("Query set not found");
    await page.getByText("Query sets are deleted when no one has used them for 90 days").waitFor();
    await isFine(page);
  });
});

describe("the choices of a batch update", () => {
  it("are changed from the review, and what is planned then is another batch update", async () => {
    await page.goto(`${product.url}/patrons`);
    await runQuery(page);
    await planCutoff(page, 17);
    const first = batchUpdateId(page);
    await isFine(page);
    await page.getByRole("link", { name: "Change these choices" }).click();
    await heading("Batch update");
    expect(await page.getByLabel("New Cutoff").inputValue()).toBe("17");
    expect(await page.getByLabel("Medium (required)").inputValue()).toBe("DB");
    await isFine(page);
    await page.getByLabel("New Cutoff").fill("18");
    await page.getByRole("button", { name: "Plan and review" }).click();
    await page.waitForURL((url) => url.pathname.startsWith("/batch-updates/") && !url.pathname.endsWith(first));
    await reviewed(page);
    await page.getByText("Cutoff becomes 18.").first().waitFor();
    await page.goBack();
    await heading("Batch update");
    expect(await page.getByLabel("New Cutoff").inputValue()).toBe("18");
    await page.goto(`${product.url}/batch-updates/${first}`);
    await reviewed(page);
    await page.getByText("Cutoff becomes 17.").first().waitFor();
  });

  it("say on Home which is which, and what they replace is canceled where that is asked", async () => {
    await page.goto(`${product.url}/patrons`);
    await runQuery(page);
    await planCutoff(page, 41);
    const first = batchUpdateId(page);
    await page.getByRole("link", { name: "Change these choices" }).click();
    await page.getByLabel("New Cutoff").fill("42");
    await page.getByText("Cancel that one as soon as this one is planned").click();
    await isFine(page);
    await page.getByRole("button", { name: "Plan and review" }).click();
    await page.waitForURL((url) => url.pathname.startsWith("/batch-updates/") && !url.pathname.endsWith(first));
    await reviewed(page);
    const second = batchUpdateId(page);
    const statusOf = async () => (await product.call("GET", `/v1/batch-updates/${first}`)).body;
    await expect.poll(statusOf, patience).toMatchObject({ status: "CANCELLED" });
    await page.goto(product.url);
    const waiting = page.locator(".work-waiting").getByRole("listitem");
    // Of one name with those that were planned before.
    await waiting.filter({ hasText: "Cutoff becomes 42." }).getByRole("link", { name: second }).waitFor();
    await waiting.filter({ hasText: "Cutoff becomes 18." }).waitFor();
    expect(await waiting.filter({ hasText: "Cutoff becomes 41." }).count()).toBe(0);
    await isFine(page);
    await page.goto(`${product.url}/batch-updates`);
    await page.getByRole("table").getByRole("link", { name: second }).waitFor();
  });

  it("are there after Back from the review, and the next batch update of the set begins empty", async () => {
    await page.goto(`${product.url}/patrons`);
    await runQuery(page);
    const set = page.url();
    await planCutoff(page, 19);
    await page.goBack();
    await heading("Batch update");
    expect(await page.getByLabel("New Cutoff").inputValue()).toBe("19");
    await page.reload();
    expect(await page.getByLabel("New Cutoff").inputValue()).toBe("19");
    await page.goto(set);
    await page.getByRole("link", { name: /Use this query set/ }).click();
    await page.getByLabel("Medium (required)").waitFor();
    expect(await page.getByLabel("Medium (required)").inputValue()).toBe("");
    expect(await page.getByLabel("New Cutoff").count()).toBe(0);
    expect(visitor.faults).toEqual([]);
  });
});
