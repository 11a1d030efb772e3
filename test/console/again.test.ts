import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct } from "#test/product";
import { accessibilityFindings, openBrowser, type Visitor, visit } from "./browser.ts";
import { isFine } from "./fine.ts";
import { finished, processNow, reviewed } from "./job.ts";

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
let page: Page;

const livingIn = (patronId: string, city: string) => patronLine(patronId, { city });

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({}), openBrowser()]);
  const lines = ["AGAIN1", "AGAIN2", "AGAIN3"].map((id) => livingIn(id, "Againville"));
  await jobs(product).importLines("patrons", lines);
  visitor = await visit(browser, product.url, { at: "/" });
  page = visitor.page;
});
afterAll(async () => {
  await visitor?.close();
  await Promise.all([browser?.close(), product?.remove()]);
});

const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
const criteria = { all: [{ field: "Patron.city", operator: "equals", value: "Againville" }] };
const count = (name: string) => page.locator("dl.counts > div", { hasText: name }).locator("dd").first().textContent();

describe("the same once more", () => {
  it("shows before and after of each field in the review and the result, as numbers and bars", async () => {
    const job = jobs(product);
    const set = await job.querySet({ criteria, name: "Againville" });
    const { batchUpdateId } = await job.plan(set.querySetId, {
      medium: "DB",
      nightlyDebug: false,
      changes: { serveCode: "MA" },
      name: "Monthly for Againville",
    });
    await page.goto(`${product.url}/batch-updates/${batchUpdateId}`);
    await reviewed(page);
    await page.getByText("Before and after, field by field").click();
    const codes = page.getByRole("table", { name: "Serve Code: patrons with each value" });
    await codes.getByRole("row", { name: /^NA – .* 3 0 −3$/ }).waitFor();
    await codes.getByRole("row", { name: /^MA – .* 0 3 \+3$/ }).waitFor();
    await isFine(page);
    expect(await processNow(page)).toBe(3);
    await finished(page);
    await page.getByText("Before and after, field by field").click();
    await codes.getByRole("row", { name: /^MA – .* 0 3 \+3$/ }).waitFor();
    await isFine(page);
  });

  it("gives every outcome as CSV", async () => {
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download every outcome (CSV)" }).click();
    const text = await readFile(await (await downloading).path(), "utf8");
    expect(text).toContain("patronId,lastName,firstName,medium,outcome,code,message,advice,field,before,after,current");
    expect(text.match(/^AGAIN\d,/gm)).toHaveLength(3);
  });

  it("renames a batch update, and keeps the place", async () => {
    await page.getByText("Rename this batch update").click();
    await page.getByLabel("Name", { exact: true }).fill("");
    await page.getByRole("button", { name: "Save the name" }).click();
    await page.getByText("Enter a name.").waitFor();
    await isFine(page);
    await page.getByLabel("Name", { exact: true }).fill("Every month for Againville");
    await page.getByRole("button", { name: "Save the name" }).click();
    await page.getByRole("heading", { level: 2, name: "Every month for Againville" }).waitFor();
    await expect.poll(focused).toBe("Rename this batch update");
  });

  it("duplicates a batch update: the same changes, planned for the same patrons", async () => {
    const first = page.url();
    await page.getByRole("button", { name: "Duplicate this batch update" }).click();
    await page.getByRole("heading", { level: 1, name: /Planning|Review/ }).waitFor();
    await page.waitForURL((url) => url.href !== first);
    await reviewed(page);
    await page.getByRole("heading", { level: 2, name: "Every month for Againville" }).waitFor();
    await page.getByText(/^Serve Code becomes MA – .+\.$/).waitFor();
    await page.getByText("There is nothing to process").waitFor();
    await page.goto(first);
    await finished(page);
  });

  it("uses it again with other choices: the form has its medium, its name and what it sets, and plans something new", async () => {
    const first = page.url();
    await page.getByRole("link", { name: "Use this again, with other choices" }).click();
    await page.getByRole("heading", { level: 1, name: "Batch update" }).waitFor();
    expect(await page.getByLabel("Medium (required)").inputValue()).toBe("DB");
    expect(await page.getByLabel("New Serve Code").inputValue()).toBe("MA");
    const name = page.getByLabel("Name of this batch update (optional)");
    expect(await name.inputValue()).toBe("Every month for Againville");
    await page.getByRole("link", { name: "Every month for Againville" }).waitFor();
    await page.getByLabel("New Serve Code").selectOption("WA");
    await name.fill("Every week for Againville");
    await page.getByRole("button", { name: "Plan and review" }).click();
    await reviewed(page);
    await page.getByRole("heading", { level: 2, name: "Every week for Againville" }).waitFor();
    await page.getByText(/^Serve Code becomes WA – .+\.$/).waitFor();
    await page.goto(first);
    await finished(page);
    await page.getByText(/^Serve Code becomes MA – .+\.$/).waitFor();
  });

  it("asks a query again, and shows who joined and who left", async () => {
    await jobs(product).importLines("patrons", [livingIn("AGAIN3", "Elsewhere"), livingIn("AGAIN4", "Againville")]);
    await page.getByRole("button", { name: "Refresh its query set" }).click();
    await page.getByText("This set reran the query of an earlier one: 1 patron joined and 1 left.").waitFor();
    await page.getByRole("heading", { level: 2, name: "Run again, compare, or export" }).waitFor();
    await isFine(page);
    // The choices come along, also over a look back at the patrons.
    await page.getByRole("link", { name: /^Use this query set/ }).click();
    await page.getByRole("link", { name: "Look at the patrons again" }).click();
    await page.getByRole("link", { name: /^Use this query set/ }).click();
    await page.getByRole("heading", { level: 1, name: "Batch update" }).waitFor();
    expect(await page.getByLabel("New Serve Code").inputValue()).toBe("MA");
    await page.getByRole("link", { name: "Look at the patrons again" }).click();
    await page.getByRole("heading", { level: 2, name: "Run again, compare, or export" }).waitFor();
    await page.getByText("Give this query set a name").or(page.getByText("Rename this query set")).click();
    await page.getByLabel("Name", { exact: true }).fill("Againville, later");
    await page.getByRole("button", { name: "Save the name" }).click();
    await page.getByRole("heading", { level: 2, name: "Againville, later" }).waitFor();
    await page.getByRole("link", { name: "See who joined and who left since" }).click();
    await page.getByRole("heading", { level: 1, name: "Compare two query sets" }).waitFor();
    await page.getByRole("row", { name: /AGAIN4.*Joined/ }).waitFor();
    expect([await count("Joined"), await count("Left"), await count("In both")]).toEqual(["1", "1", "2"]);
    await isFine(page);
    await page.getByLabel("Show", { exact: true }).selectOption("LEFT");
    await page.getByRole("row", { name: /AGAIN4/ }).waitFor({ state: "detached" });
    await page.getByRole("row", { name: /AGAIN3.*Left/ }).waitFor();
    await page.getByRole("link", { name: "Againville, later" }).waitFor();
    await page.getByRole("link", { name: "Againville", exact: true }).click();
    await page.getByRole("heading", { level: 2, name: "Againville", exact: true }).waitFor();
  });

  it("compares with any other set", async () => {
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.getByText("Choose the other query set.").waitFor();
    await isFine(page);
    const box = page.getByLabel("Compare with another query set");
    await box.selectOption({ index: 1 });
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.getByRole("row", { name: /AGAIN4.*Joined/ }).waitFor();
  });
});

describe("a recipe", () => {
  it("asks for what it needs, and is kept", async () => {
    const job = jobs(product);
    const preset = { name: "Weekly", changes: { serveCode: "WA" } };
    expect((await job.call("POST", "/v1/presets", preset)).status).toBe(201);
    expect((await job.call("POST", "/v1/saved-queries", { name: "Againville", criteria })).status).toBe(201);
    await page.getByRole("link", { name: "Recipes" }).click();
    await page.getByText("No recipes yet.").waitFor();
    await page.getByRole("button", { name: "Save the recipe" }).click();
    await page.getByRole("alert").getByRole("link", { name: "Choose a preset." }).waitFor();
    await isFine(page);
    await page.getByLabel("Name (required)").fill("Space out first cartridges");
    await page.getByLabel("Saved query (required)").selectOption({ label: "Againville" });
    await page.getByLabel("Preset (required)").selectOption({ label: "Weekly" });
    await page.getByLabel("Medium (required)").selectOption("DB");
    await page.getByText("Spread over service days, counted from the day the recipe is started").click();
    await page.getByLabel("Days after the start").fill("7");
    await page.getByLabel("Patrons on each service day").fill("1");
    await isFine(page);
    await page.getByRole("button", { name: "Save the recipe" }).click();
    await page.getByText("Saved the recipe Space out first cartridges.").first().waitFor();
    expect(await focused()).toContain("Saved the recipe Space out first cartridges.");
    await page.getByText("Spread starting 7 days after the start, 1 patron on each service day").waitFor();
    await isFine(page);
  });

  it("is changed, and not over what somebody else has changed meanwhile", async () => {
    await page.getByRole("button", { name: "Edit Space out first cartridges" }).click();
    expect(await focused()).toBe("Change the recipe Space out first cartridges");
    await page.getByLabel("Patrons on each service day").fill("2");
    await page.getByRole("button", { name: "Save the changes" }).click();
    await page.getByText("2 patrons on each service day").waitFor();
    await page.getByRole("button", { name: "Edit Space out first cartridges" }).click();
    const { items } = (await product.call("GET", "/v1/recipes")).body as { items: Record<string, unknown>[] };
    const { recipeId, name, savedQueryId, presetId, medium } = items[0] ?? {};
    const body = { name, savedQueryId, presetId, medium, nightlyDebug: true };
    expect((await jobs(product).call("PUT", `/v1/recipes/${recipeId}`, body)).status).toBe(200);
    await page.getByRole("button", { name: "Save the changes" }).click();
    await page.getByText("Someone else changed this in the meantime").waitFor();
    await page.getByRole("row", { name: /Space out first cartridges.*On.*From the preset/ }).waitFor();
    await isFine(page);
  });

  it("leads to the review in one choice", async () => {
    await page.getByRole("button", { name: "Start Space out first cartridges" }).click();
    await page.getByRole("heading", { level: 1, name: /Planning|Review the batch update/ }).waitFor();
    await reviewed(page);
    await page.getByText(/^Serve Code becomes WA – .+\.$/).waitFor();
    await page.getByRole("heading", { level: 2, name: "Space out first cartridges" }).waitFor();
  });

  it("is deleted after a question", async () => {
    await page.getByRole("link", { name: "Recipes" }).click();
    await page.getByRole("button", { name: "Delete Space out first cartridges" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Yes, delete it" }).click();
    await page.getByText("Deleted the recipe Space out first cartridges.").first().waitFor();
    await page.getByText("No recipes yet.").waitFor();
    await expect.poll(focused).toContain("Deleted the recipe Space out first cartridges.");
  });
});

it("broke no rule of the content security policy and threw no error on the way", () => {
  expect(visitor.faults).toEqual([]);
});
