import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { presets } from "#contract/presets";
import { savedQuerySchema } from "#contract/saved-queries";
import { librarySchema } from "#domain/library";
import { type RunningProduct, startProduct, until } from "#test/product";
import { accessibilityFindings, openBrowser, type Visitor, visit } from "./browser.ts";
import { fieldsWithoutHelp } from "./field-help.ts";
import {
  batchUpdateId,
  finished,
  numberIn,
  planCutoff,
  processButton,
  processOpener,
  reviewed,
  runQuery,
} from "./job.ts";

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ samplePatrons: 200, sampleTitles: 5000 }), openBrowser()]);
  visitor = await visit(browser, product.url);
  page = visitor.page;
});
afterAll(async () => {
  await visitor?.close();
  await Promise.all([browser?.close(), product?.remove()]);
});

async function findPatrons(): Promise<void> {
  await page.goto(`${product.url}/patrons`);
  await page.getByRole("button", { name: "Start over" }).click();
}

describe("patrons by their ids", () => {
  it("are read from a file, with those not found listed by value", async () => {
    await findPatrons();
    await page.getByText("By a list of patron IDs").click();
    const buffer = Buffer.from("patronId\r\nP000001\r\nP000002\r\nP000002\r\nNOBODY-7\r\n");
    await page.getByLabel("Or a file of ids").setInputFiles({ name: "ids.csv", mimeType: "text/csv", buffer });
    await page.getByRole("button", { name: "Run the query" }).click();
    await page.getByRole("link", { name: "Use this query set (2 patrons)" }).waitFor();
    await page.getByText("1 id was not found").waitFor();
    await page.getByText("Show the ids that were not found").click();
    await page.getByRole("listitem").filter({ hasText: "NOBODY-7" }).waitFor();
  });

  it("are typed, and asked for where none is given", async () => {
    await findPatrons();
    await page.getByText("By a list of patron IDs").click();
    await page.getByRole("button", { name: "Run the query" }).click();
    await page.getByRole("link", { name: "Enter at least one patron ID, or choose a file." }).click();
    await page.keyboard.type("P000003, P000004");
    await page.getByRole("button", { name: "Run the query" }).click();
    await page.getByRole("link", { name: "Use this query set (2 patrons)" }).waitFor();
    await page.getByText("Patron : Patron ID : In : list of 2 ids").waitFor();
    await findPatrons();
    await page.getByText("By conditions").click();
  });
});

describe("what a library keeps by name", () => {
  it("saves a query, opens it again and deletes it", async () => {
    await findPatrons();
    await page.getByLabel("Value", { exact: true }).selectOption("BR");
    await page.getByLabel("Save these conditions as").fill("Braille readers");
    await page.getByRole("button", { name: "Save the query" }).click();
    await page.getByLabel("Saved query", { exact: true }).getByText("Braille readers").waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Start over" }).click();
    await page.getByLabel("Saved query", { exact: true }).selectOption({ label: "Braille readers" });
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await page.getByText("Media : Medium : Equals : BR").waitFor();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByLabel("Saved query", { exact: true }).getByText("Braille readers").waitFor({ state: "detached" });
  });

  it("says why each starter query is there, opens it, and lets nobody delete it", async () => {
    const { items } = z
      .object({ items: z.array(savedQuerySchema) })
      .parse((await product.call("GET", "/v1/saved-queries")).body);
    const starters = items.filter(({ starter }) => starter === true);
    expect(starters.length).toBeGreaterThan(0);
    for (const { name, why } of starters) {
      await page.getByLabel("Saved query", { exact: true }).selectOption({ label: name });
      await page.getByText(why ?? "no reason", { exact: true }).waitFor();
      expect(await page.getByRole("button", { name: "Delete", exact: true }).isEnabled()).toBe(false);
    }
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await page.getByText(`Opened ${starters.at(-1)?.name}.`).waitFor({ state: "attached" });
  });

  it("does not replace a saved query that somebody else changed meanwhile", async () => {
    await findPatrons();
    await page.getByLabel("Value", { exact: true }).selectOption("BR");
    await page.getByLabel("Save these conditions as").fill("Shared");
    await page.getByRole("button", { name: "Save the query" }).click();
    await page.getByLabel("Saved query", { exact: true }).getByText("Shared").waitFor({ state: "attached" });
    const listSchema = z.object({ items: z.array(z.looseObject({ savedQueryId: z.string(), name: z.string() })) });
    const find = async () => listSchema.parse((await product.call("GET", "/v1/saved-queries")).body).items[0];
    const theirs = { all: [{ field: "Media.medium", operator: "equals", value: "LP" }] };
    const id = (await find())?.savedQueryId ?? "";
    await product.call("PUT", `/v1/saved-queries/${id}`, { body: { name: "Shared", criteria: theirs } });
    await page.getByLabel("Save these conditions as").fill("Shared");
    await page.getByRole("button", { name: "Replace the saved query" }).click();
    await page.getByText("Someone else changed this in the meantime").waitFor();
    expect(await find()).toMatchObject({ criteria: theirs, version: 2 });
    // Having been told, the person may decide again.
    await page.getByRole("button", { name: "Replace the saved query" }).click();
    await page.getByText("Someone else changed this in the meantime").waitFor({ state: "detached" });
    await until(find, (it) => it?.["version"] === 3);
    await product.call("DELETE", `/v1/saved-queries/${id}`);
  });

  it("keeps choices as a preset and uses them for another set", async () => {
    await findPatrons();
    await runQuery(page);
    await page.getByRole("link", { name: /Use this query set/ }).click();
    await page.getByLabel("Medium (required)").selectOption("DB");
    await page.getByRole("group", { name: "Delivery Method" }).getByText("Set", { exact: true }).click();
    await page.getByLabel("New Delivery Method").selectOption("DUPLICATION");
    await page.getByText("Presets: use or save choices by name").click();
    await page.getByLabel("Save the choices below as").fill("To duplication");
    await page.getByRole("button", { name: "Save as a preset" }).click();
    await page.getByLabel("Preset", { exact: true }).getByText("To duplication").waitFor({ state: "attached" });
    await page.getByRole("group", { name: "Delivery Method" }).getByText("Leave as is", { exact: true }).click();
    await page.getByLabel("Preset", { exact: true }).selectOption({ label: "To duplication" });
    await page.getByRole("button", { name: "Use", exact: true }).click();
    await page.getByText("Delivery Method becomes Duplication.").waitFor();
    // Under the same name it is the preset that changes; Enter is as good as the button, and makes no batch update.
    await page.getByLabel("Save the choices below as").fill("to duplication");
    await page.getByRole("button", { name: "Replace the preset" }).waitFor();
    await page.keyboard.press("Enter");
    const changed = async () => (await product.call("GET", "/v1/presets")).body;
    await until(changed, (it) => presets.list.answers[200].parse(it).items[0]?.version === 2);
    expect(presets.list.answers[200].parse(await changed()).items).toMatchObject([{ name: "to duplication" }]);
  });
});

describe("the settings", () => {
  it("of two administrators who save one after the other keep what both changed", async () => {
    await page.goto(`${product.url}/library`);
    await page.getByRole("button", { name: "Change the settings" }).click();
    await page.getByLabel("Default service queue size").fill("23");
    const settings = librarySchema.parse((await product.call("GET", "/v1/library")).body);
    const closedDays = [...settings.closedDays, "2031-05-01"];
    await product.call("PUT", "/v1/library", { body: { ...settings, closedDays } });
    await page.getByRole("button", { name: "Save the settings" }).click();
    await page.getByText("Someone else changed the settings in the meantime").waitFor();
    await page.getByText("The other person changed: Closed days.").waitFor();
    // The button that saves is far below: what it came to is in view, and has the focus.
    const told = await page.evaluate(() => {
      const top = document.activeElement?.getBoundingClientRect().top ?? -1;
      return { text: document.activeElement?.textContent, isInView: top >= 0 && top < innerHeight };
    });
    expect(told).toMatchObject({ text: expect.stringContaining("Someone else changed the settings"), isInView: true });
    const outdated = "That did not work. Someone else changed this in the meantime.";
    await until(
      () => visitor.spoken(),
      (said) => said.some(({ sentence }) => sentence === outdated),
    );
    expect(await accessibilityFindings(page)).toEqual([]);
    const between = librarySchema.parse((await product.call("GET", "/v1/library")).body);
    expect(between).toEqual({ ...settings, closedDays });
    await page.getByRole("button", { name: "Save the settings" }).click();
    await page.getByText("The settings are saved and apply from now on.").waitFor();
    const after = librarySchema.parse((await product.call("GET", "/v1/library")).body);
    expect(after).toEqual({ ...settings, closedDays, defaultServiceQueueSize: 23 });
  });

  it("are changed by an administrator, and a large batch then has its number typed", async () => {
    await page.goto(`${product.url}/library`);
    await page.getByRole("button", { name: "Change the settings" }).click();
    await page.getByLabel("Large-batch threshold, patrons").fill("10");
    await page.getByRole("button", { name: "Save the settings" }).click();
    await page.getByText("The settings are saved and apply from now on.").waitFor();
    const library = librarySchema.parse((await product.call("GET", "/v1/library")).body);
    expect(library.largeBatchThreshold).toBe(10);

    await findPatrons();
    await runQuery(page);
    await planCutoff(page, 61);
    await processOpener(page).click();
    const count = numberIn(await processButton(page).textContent());
    expect(await fieldsWithoutHelp(page, "dialog form")).toEqual([]);
    await page.getByLabel("Type the number of patrons").fill(String(count - 1));
    await processButton(page).click();
    await page.getByText(`Type ${count} to go on.`).waitFor();
    const state = async () =>
      z
        .object({ status: z.string() })
        .parse((await product.call("GET", `/v1/batch-updates/${batchUpdateId(page)}`)).body);
    expect(await state()).toEqual({ status: "READY" });
    await page.getByLabel("Type the number of patrons").fill(String(count));
    await page.getByText(`Type ${count} to go on.`).waitFor({ state: "detached" });
    await processButton(page).click();
    await finished(page);
  });
});

describe("after the job", () => {
  it("gives the report as a file, and undoes the selected patrons alone", async () => {
    await page.getByRole("button", { name: "Download the errors (CSV)" }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download the errors (CSV)" }).click(),
    ]);
    const text = await readFile(await file.path(), "utf8");
    expect(text).toContain("patronId,lastName,firstName,medium,outcome,code,message,advice,field,before,after,current");

    await page.getByLabel("Outcome", { exact: true }).selectOption("UPDATED");
    const labels = page.getByRole("table", { name: "Outcomes by patron" }).locator("tbody label");
    await labels.nth(0).click();
    await labels.nth(1).click();
    await page.getByRole("button", { name: "Undo the selected 2 patrons" }).click();
    await page.getByRole("button", { name: "Yes, plan the undo" }).click();
    await reviewed(page, "Review the undo");
    expect(numberIn(await processOpener(page).textContent())).toBe(2);
  });

  it("cancels what is not wanted, and says that nothing was changed", async () => {
    await page.getByRole("button", { name: "Cancel this batch update" }).click();
    await page.getByRole("button", { name: "Yes, cancel it" }).click();
    await page.getByText("Canceled. Nothing has been changed.").first().waitFor();
  });

  it("exports the patrons of a query set, says when the file is there, and gives it; the audit too", async () => {
    await page.goto(`${product.url}/patrons`);
    await page.getByRole("button", { name: "Start over" }).click();
    const found = await runQuery(page);
    await page.getByRole("link", { name: "Export these patrons" }).click();
    await page.getByRole("heading", { level: 1, name: "Exports" }).waitFor();
    await page.getByRole("button", { name: "Create export" }).click();
    const save = page.getByRole("button", { name: /^Download Patrons/ });
    await save.waitFor();
    await until(
      () => visitor.spoken(),
      (said) => said.some(({ sentence }) => sentence === `The export is ready. ${found} rows.`),
    );
    expect(await accessibilityFindings(page)).toEqual([]);
    const [file] = await Promise.all([page.waitForEvent("download"), save.click()]);
    const rows = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
    expect(rows).toHaveLength(found + 1);
    expect(rows[0]).toMatch(/patronId,lastName,firstName/);

    await page.goto(`${product.url}/audit`);
    const [audit] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download the audit (CSV)" }).click(),
    ]);
    expect(await readFile(await audit.path(), "utf8")).toContain("exports/");
  });

  it("signs out for good: coming back asks for the password", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${product.url}/signed-out`);
    await page.goto(`${product.url}/patrons`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("Password").waitFor();
    expect(visitor.faults).toEqual([]);
  });
});
