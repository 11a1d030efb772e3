import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type RunningProduct, startProduct, until } from "#test/product";
import { openBrowser, visit } from "./browser.ts";
import {
  batchUpdateId,
  dayAhead,
  finished,
  numberIn,
  processButton,
  processNow,
  processOpener,
  reviewed,
} from "./job.ts";

let product: RunningProduct;
let browser: Browser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ samplePatrons: 300 }), openBrowser()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), product?.remove()]);
});

const batchUpdateSchema = z.object({
  status: z.string(),
  nightlyDebug: z.boolean().optional(),
  changes: z.record(z.string(), z.unknown()).optional(),
  counts: z.object({
    total: z.number(),
    updated: z.number(),
    created: z.number(),
    removed: z.number(),
    excluded: z.number(),
  }),
  serviceQueues: z.object({ status: z.string(), requested: z.number(), filled: z.number() }),
});

async function batchUpdate(id: string) {
  return batchUpdateSchema.parse((await product.call("GET", `/v1/batch-updates/${id}`)).body);
}

describe("the whole job by mouse", () => {
  it("finds patrons, leaves one out, plans, processes, follows the queues, and undoes it all", async () => {
    const { page, faults, spoken, close } = await visit(browser, product.url);

    await page.getByText("Nothing has been changed yet.").waitFor();
    await page.getByLabel("Value", { exact: true }).selectOption("DB");
    await page.getByRole("button", { name: "Add a condition" }).click();
    const second = page.getByRole("group", { name: "Condition 2" });
    await second.getByLabel("Field").selectOption("Media.serveCode");
    await second.getByLabel("Operator").selectOption("begins");
    await second.getByLabel("Value").fill("N");
    const statement = "Media : Medium : Equals : DB AND Media : Serve Code : Begins : N";
    expect(await page.getByRole("region", { name: "Search statement" }).textContent()).toContain(statement);
    await page.getByRole("button", { name: "Run the query" }).click();

    const use = page.getByRole("link", { name: /Use this query set/ });
    await use.waitFor();
    expect(await page.getByRole("region", { name: "Search statement" }).textContent()).toContain(statement);
    const before = numberIn(await use.textContent());
    expect(before).toBeGreaterThan(20);
    await page.getByRole("table", { name: "Patrons of the query set" }).locator("tbody label").first().click();
    await page.getByRole("button", { name: "Leave out selected" }).click();
    await page.getByRole("link", { name: `Use this query set (${before - 1} patrons)` }).click();

    expect(await page.getByRole("region", { name: `Query set: ${before - 1} patrons` }).textContent()).toContain(
      statement,
    );
    await page.getByRole("button", { name: "Plan and review" }).click();
    const summary = page.getByRole("alert");
    await summary.waitFor();
    expect(await summary.evaluate((it) => it === document.activeElement)).toBe(true);
    await summary.getByRole("link", { name: "Choose a medium." }).click();
    expect(await page.getByLabel("Medium (required)").evaluate((it) => it === document.activeElement)).toBe(true);
    await page.getByLabel("Medium (required)").selectOption("DB");
    await page.getByText("Turn Nightly Debug on").click();
    await page.getByRole("group", { name: "Delivery Method" }).getByText("Set", { exact: true }).click();
    await page.getByLabel("New Delivery Method").selectOption("DUPLICATION");
    await page.getByRole("group", { name: "Next Service Date" }).getByText("Spread over days").click();
    await page.getByLabel("First day").fill(dayAhead(30));
    await page.getByLabel("Patrons on each day").fill("25");
    await page
      .getByRole("main")
      .getByText(`take ${Math.ceil((before - 1) / 25)} service days`)
      .waitFor();
    await page.getByText("Queues still refill. Physical reserves and serials still go out.").waitFor();
    await page.getByText("Add and fill a service queue").click();
    await page.getByLabel("Name of this batch update").fill("Move to duplication");
    await page.getByRole("button", { name: "Plan and review" }).click();

    await reviewed(page);
    await page.getByText("When you process, exactly this is done and nothing else.").waitFor();
    await page.getByText(/Nightly Debug is turned on for \d+ patrons?\./).waitFor();
    await page
      .getByRole("grid", { name: /Patrons who would change, by next service date/ })
      .first()
      .waitFor();
    const planned = numberIn(await processOpener(page).textContent());
    await page
      .getByRole("table", { name: "Changes by patron, before and after" })
      .getByRole("button", { name: /^Leave out / })
      .first()
      .click();
    await page.getByRole("button", { name: `Process ${planned - 1} patrons …` }).click();
    await page.getByRole("button", { name: `Update ${planned - 1} patrons` }).click();

    await finished(page);
    await page
      .getByText(`${planned - 1} patrons changed`)
      .first()
      .waitFor();
    const id = batchUpdateId(page);
    const after = await batchUpdate(id);
    expect(after.counts).toMatchObject({ total: before - 1, updated: planned - 1, excluded: 1 });
    expect(after.nightlyDebug).toBe(true);
    expect(after.changes).toEqual({
      deliveryMethod: "DUPLICATION",
      nextServiceDate: { spread: { from: dayAhead(30), perDay: 25 } },
      addServiceQueue: true,
    });
    const filled = await until(
      () => batchUpdate(id),
      ({ serviceQueues }) => serviceQueues.status !== "FILLING",
    );
    expect(filled.serviceQueues).toEqual({ status: "FILLED", requested: planned - 1, filled: planned - 1 });
    await page.getByText(`${planned - 1} of ${planned - 1} service queues`).waitFor();

    const sentences = await until(spoken, (said) => said.some(({ sentence }) => sentence.includes("patrons changed.")));
    const said = sentences.map(({ sentence }) => sentence);
    expect(said.filter((it) => it.startsWith("The review is ready."))).toHaveLength(1);
    expect(said.filter((it) => it.includes("patrons changed."))).toHaveLength(1);
    for (const [n, { at }] of sentences.entries()) {
      const last = sentences[n - 1];
      // Some slack for the browser's clock: what counts is that no two sentences run into each other.
      if (last !== undefined) expect(at - last.at).toBeGreaterThan(3_500);
    }

    await page.getByRole("button", { name: `Undo all ${planned - 1} patrons` }).click();
    await page.getByRole("button", { name: "Yes, plan the undo" }).click();
    await reviewed(page, "Review the undo");
    expect(await processNow(page)).toBe(planned - 1);
    await finished(page, "Result of the undo");
    const undone = await batchUpdate(batchUpdateId(page));
    expect(undone.counts).toMatchObject({ total: planned - 1, updated: planned - 1 });

    // Who was undone whole is not offered to be undone again, and leads to the undo.
    await page.getByRole("link", { name: "The batch update that is undone" }).click();
    await page.getByText(/^Undone on /).waitFor();
    expect(await page.getByRole("button", { name: /^Undo/ }).count()).toBe(0);
    await page.getByRole("link", { name: "see the undo" }).click();
    await page.getByRole("heading", { level: 1, name: "Result of the undo" }).waitFor();

    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Batch updates" }).click();
    await page
      .getByRole("table", { name: "Batch updates, newest first" })
      .getByRole("link", { name: "Move to duplication" })
      .first()
      .waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});

describe("the whole job by keyboard alone", () => {
  it("goes from the sign-in to the result without a pointer", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(`${product.url}/`);
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await press(page, page.getByRole("button", { name: "Sign in" }));
    // The issuer's page puts the focus into its first field.
    await page.getByLabel("Password").waitFor();
    await tabTo(page, page.getByLabel("Name"));
    await page.keyboard.type("piedmont-administrator");
    await page.keyboard.press("Tab");
    await page.keyboard.type("local");
    await page.keyboard.press("Enter");

    const begin = page.getByRole("link", { name: "Find patrons for a batch update" });
    await begin.waitFor();
    await press(page, begin);
    const value = page.getByLabel("Value", { exact: true });
    await value.waitFor();
    await choose(page, value, "LP");
    await press(page, page.getByRole("button", { name: "Run the query" }));
    const use = page.getByRole("link", { name: /Use this query set/ });
    await use.waitFor();
    expect(await page.getByRole("heading", { level: 1 }).evaluate((it) => it === document.activeElement)).toBe(true);
    const box = page.getByRole("table", { name: "Patrons of the query set" }).getByRole("checkbox").first();
    await box.waitFor();
    await tabTo(page, box);
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+Tab");
    const before = numberIn(await use.textContent());
    await press(page, page.getByRole("button", { name: "Leave out selected" }));
    await page.getByRole("link", { name: `Use this query set (${before - 1} patrons)` }).waitFor();
    await press(page, use);

    await choose(page, page.getByLabel("Medium (required)"), "LP");
    await tabTo(page, page.getByLabel("Turn Nightly Debug on"));
    await page.keyboard.press("Space");
    await tabTo(page, page.getByRole("group", { name: "Cutoff" }).getByRole("radio", { name: "Leave as is" }));
    await page.keyboard.press("ArrowDown");
    await tabTo(page, page.getByLabel("New Cutoff"));
    await page.keyboard.type("41");
    await press(page, page.getByRole("button", { name: "Plan and review" }));

    await reviewed(page);
    const planned = numberIn(await processOpener(page).textContent());
    await press(page, processOpener(page));
    await press(page, processButton(page));
    await finished(page);
    expect((await batchUpdate(batchUpdateId(page))).counts).toMatchObject({ updated: planned });

    await press(page, page.getByRole("button", { name: /^Undo all/ }));
    await page.keyboard.press("Escape");
    const undo = page.getByRole("button", { name: /^Undo all/ });
    // The dialog gives the focus back to what opened it.
    await until(
      () => undo.evaluate((it) => it === document.activeElement),
      (isBack) => isBack,
    );
    await context.close();
  });

  it("passes the navigation with the first press", async () => {
    const { page, close } = await visit(browser, product.url, { at: "/batch-updates" });
    await page.reload();
    await page.getByRole("table").waitFor();
    await page.keyboard.press("Tab");
    const skip = page.getByRole("link", { name: "Skip to the main content" });
    expect(await skip.evaluate((it) => it === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    expect(await page.locator("main :focus").count()).toBe(1);
    await close();
  });
});

const mostTabs = 250;

/** Goes forward with the Tab key until a control has the focus, as a person without a pointer has to. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  for (let n = 0; n < mostTabs; n++) {
    if (await control.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`No Tab leads to ${control}`);
}

async function press(page: Page, control: Locator): Promise<void> {
  await tabTo(page, control);
  await page.keyboard.press("Enter");
}

/** Picks an option of a closed list by typing how it begins. */
async function choose(page: Page, list: Locator, beginning: string): Promise<void> {
  await tabTo(page, list);
  await page.keyboard.type(beginning);
  await until(
    () => list.inputValue(),
    (chosen) => chosen.startsWith(beginning),
    5_000,
  );
}
