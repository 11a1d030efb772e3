import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { patrons } from "#contract/patrons";
import { piedmont } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct } from "#test/product";
import { accessibilityFindings, openBrowser, type Visitor, visit } from "./browser.ts";
import { isFine } from "./fine.ts";
import { dayAhead, finished, planCutoff, processNow, runQuery } from "./job.ts";

const samples = [...generatePatrons({ library: piedmont, count: 60, seed: "samples" })];
/** An active patron with a DB record that holds a cutoff, and a first name of letters that everybody can type. */
const one = samples.find(
  ({ mainStatus, firstName, media }) =>
    mainStatus === "ACTIVE" && /^[A-Za-z]{4,}$/.test(firstName ?? "") && media?.some(({ medium }) => medium === "DB"),
);
const id = one?.patronId ?? "";

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

const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
const recordOf = async () =>
  patrons.getMedium.answers[200].parse((await product.call("GET", `/v1/patrons/${id}/media/DB`)).body);

async function search(q: string): Promise<void> {
  await page.getByLabel("Patron ID, or beginning of last or first name").fill(q);
  await page.getByRole("button", { name: "Search", exact: true }).click();
}

describe("one patron", () => {
  it("is found by the id in any case, by the first name, and by a name without its accents", async () => {
    await page.goto(`${product.url}/patrons/find`);
    const link = page.getByRole("table").getByRole("link");
    await search(id.toLowerCase());
    await page.getByRole("table", { name: `Patrons matching “${id.toLowerCase()}”` }).waitFor();
    // The rows of before stay until the new ones are there.
    await expect.poll(() => link.count(), { timeout: 60_000 }).toBe(1);
    await search((one?.firstName ?? "").slice(0, 3).toUpperCase());
    await page.getByRole("row").filter({ hasText: id }).waitFor();
    await jobs(product).importLines("patrons", [patronLine("ACCENTS", { lastName: "Muñoz", firstName: "Zoë" })]);
    for (const typed of ["muno", "ZOE", "zoë", "Muñ"]) {
      await search(typed);
      const found = page.getByRole("table", { name: `Patrons matching “${typed}”` });
      await found.getByRole("row", { name: /Muñoz, Zoë.*ACCENTS|ACCENTS.*Muñoz, Zoë/ }).waitFor();
    }
  });

  it("that nobody fits: the page says why, and offers what may be meant", async () => {
    await search(`${one?.lastName}, ${one?.firstName}`);
    await page.getByText("A comma counts as part of the name.").waitFor();
    await isFine(page);
    await page.getByRole("button", { name: `Search for ${one?.lastName}`, exact: true }).click();
    await page.getByRole("row").filter({ hasText: id }).getByRole("link").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("patron-q");
    await page.getByRole("link", { name: new RegExp(`^${one?.lastName}, ${one?.firstName}\\s?, ${id}$`) }).click();
    await page.getByRole("heading", { level: 1 }).getByText(`${one?.lastName}, ${one?.firstName}, ${id}`).waitFor();
    expect(await page.title()).toContain(id);
  });

  it("has a record edited: wrong values are told, only what was changed is written, and the focus goes on", async () => {
    const before = await recordOf();
    await page.getByRole("button", { name: "Edit this record in DB" }).click();
    const form = page.getByRole("form", { name: "Edit the DB record" });
    await form.getByLabel("Cutoff").fill("1000");
    await form.getByLabel("Next Service Date").fill("2020-01-06");
    await form.getByRole("button", { name: "Save the record" }).click();
    await form.getByRole("link", { name: "Cutoff must be from 0 to 999." }).waitFor();
    await form.getByRole("link", { name: /^Next Service Date Jan 6, 2020 is before today/ }).waitFor();
    await isFine(page);
    await form.getByLabel("Cutoff").fill("77");
    await form.getByLabel("Next Service Date").fill(dayAhead(9));
    await form.getByText("To be saved: Next Service Date, Cutoff.").waitFor();
    await form.getByRole("button", { name: "Save the record" }).click();
    await page.getByRole("button", { name: "Edit this record in DB" }).waitFor();
    await expect.poll(focused, { timeout: 20_000 }).toContain("Edit this record");
    const after = await recordOf();
    expect(after).toEqual({ ...before, cutoff: 77, nextServiceDate: dayAhead(9), version: before.version + 1 });
  });

  it("whose record somebody else changes meanwhile keeps both changes, and nobody's is lost unseen", async () => {
    await page.getByRole("button", { name: "Edit this record in DB" }).click();
    const form = page.getByRole("form", { name: "Edit the DB record" });
    await form.getByLabel("Cutoff").fill("78");
    const { status } = await product.call("PATCH", `/v1/patrons/${id}/media/DB`, {
      body: { cutoff: 5, cartridgeLimit: 3 },
    });
    expect(status).toBe(200);
    await form.getByRole("button", { name: "Save the record" }).click();
    await form.getByText("You both changed: Cutoff.").waitFor();
    expect(await focused()).toContain("Someone else changed this record in the meantime");
    expect(await form.getByLabel("Cartridge Limit").inputValue()).toBe("3");
    await isFine(page);
    await form.getByRole("button", { name: "Save the record" }).click();
    await page.getByRole("button", { name: "Edit this record in DB" }).waitFor();
    expect(await recordOf()).toMatchObject({ cutoff: 78, cartridgeLimit: 3 });
  });

  it("is not left with changes before that was asked", async () => {
    await page.getByRole("button", { name: "Edit this record in DB" }).click();
    await page.getByRole("form", { name: "Edit the DB record" }).getByLabel("Cutoff").fill("79");
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Query sets" }).click();
    const dialog = page.getByRole("dialog", { name: "Leave the record without saving?" });
    await dialog.waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "No, stay here" }).click();
    expect(new URL(page.url()).pathname).toBe(`/patron/${id}`);
    await page.getByRole("button", { name: "Leave without saving" }).click();
    await dialog.getByRole("button", { name: "Yes, leave without saving" }).click();
    await page.getByRole("button", { name: "Edit this record in DB" }).waitFor();
    expect(await recordOf()).toMatchObject({ cutoff: 78 });
  });

  it("has a history in sentences that lead to what was done", async () => {
    await page.goto(`${product.url}/patrons`);
    await runQuery(page);
    await planCutoff(page, 11);
    await processNow(page);
    await finished(page);
    const { pathname } = new URL(page.url());
    // The first page has nothing on it, as where many runs are looked through: the view goes on by itself.
    await page.route("**/history?*", async (route) => {
      const url = new URL(route.request().url());
      if (!url.searchParams.has("cursor")) return await route.fulfill({ json: { items: [], nextCursor: "next" } });
      url.searchParams.delete("cursor");
      await route.continue({ url: url.href });
    });
    await page.goto(`${product.url}/patron/${id}`);
    const story = page.getByRole("list", { name: "What was changed, newest first" });
    await story.getByText("The batch update of DB changed the record in DB.").waitFor();
    await story.getByText("Cutoff was 78 and became 11.").waitFor();
    await story.getByText("The record in DB was edited.").first().waitFor();
    await story.getByText("Cutoff was 5 and became 78.").waitFor();
    expect(await story.getByRole("link").first().getAttribute("href")).toBe(pathname);
    await page.unroute("**/history?*");
    await isFine(page);
  });

  it("is only looked at by staff", async () => {
    const staff = await visit(browser, product.url, { as: "piedmont-staff", at: `/patron/${id}` });
    await staff.page.getByRole("heading", { level: 2, name: /^DB/ }).waitFor();
    expect(await staff.page.getByRole("button", { name: /^Edit this record/ }).count()).toBe(0);
    await staff.close();
  });
});

describe("the audit", () => {
  const table = () => page.getByRole("table", { name: "Acts, newest first" });

  it("tells acts in sentences, with links to what they were done to", async () => {
    await page.goto(`${product.url}/audit`);
    const row = table().getByRole("row").filter({ hasText: "edited" }).first();
    await row.getByText("piedmont-administrator (administrator) edited the record in DB of patron").waitFor();
    expect(await row.getByRole("link").getAttribute("href")).toBe(`/patron/${id}`);
    await table().getByText("processed the batch update").first().waitFor();
    expect(await table().textContent()).not.toMatch(/[A-Z]{4,}_[A-Z]+/);
    await isFine(page);
  });

  it("is narrowed by who, what, when and to what; the address keeps it, but for names", async () => {
    await page.getByLabel("What was done").selectOption("Edited a patron’s record");
    await expect.poll(() => table().getByRole("row").count(), { timeout: 30_000 }).toBe(4);
    await page.getByLabel("Who (the whole name)").fill("nobody");
    await page.getByRole("button", { name: "Search" }).first().click();
    await page.getByText("Nothing matches.").first().waitFor();
    expect(page.url()).not.toContain("nobody");
    await isFine(page);
    await page.getByRole("button", { name: "Clear search" }).click();
    await expect.poll(() => table().getByRole("row").count(), { timeout: 30_000 }).toBe(4);
    await page.reload();
    await expect.poll(() => table().getByRole("row").count(), { timeout: 30_000 }).toBe(4);
    await page.getByLabel("What was done").selectOption("Everything");
    await page.getByLabel("To what").fill(id);
    await page.getByRole("button", { name: "Search" }).last().click();
    await expect.poll(() => table().getByRole("row").count(), { timeout: 30_000 }).toBe(4);
    await page.getByLabel("To", { exact: true }).fill("2020-01-01");
    await page.getByText("Nothing matches.").first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download what is shown (CSV)" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^piedmont-audit-.*\.csv$/);
  });

  it("of Keystone is told and narrowed the same way", async () => {
    const support = await visit(browser, product.url, { as: "keystone-support", at: "/support/audit" });
    await support.page.getByRole("table", { name: "Acts, newest first" }).waitFor();
    await support.page.getByLabel("What was done").selectOption("Stopped an execution");
    await support.page.getByText("Nothing matches.").first().waitFor();
    expect(await accessibilityFindings(support.page)).toEqual([]);
    expect(support.faults).toEqual([]);
    await support.close();
  });
});

describe("the settings", () => {
  const change = async () => {
    await page.goto(`${product.url}/library`);
    await page.getByRole("button", { name: "Change the settings" }).click();
    await page.getByLabel("Default service queue size").waitFor();
  };

  it("are not left with changes before that was asked: by a link, by the button, by Back, by closing the tab", async () => {
    await page.goto(`${product.url}/batch-updates`);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Library settings" }).click();
    await page.getByRole("button", { name: "Change the settings" }).click();
    await page.getByLabel("Default service queue size").fill("21");
    const dialog = page.getByRole("dialog", { name: "Leave the settings without saving?" });
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Batch updates" }).click();
    await dialog.getByRole("button", { name: "No, stay here" }).click();
    expect(await page.getByLabel("Default service queue size").inputValue()).toBe("21");
    await page.getByRole("button", { name: "Leave without saving" }).click();
    await dialog.getByRole("button", { name: "Yes, leave without saving" }).click();
    await page.getByRole("button", { name: "Change the settings" }).click();
    expect(await page.getByLabel("Default service queue size").inputValue()).toBe("20");
    const goneBack = () => page.evaluate(() => history.back());
    // Typed and gone back in one breath, on a machine too slow to paint between the two.
    await page.getByLabel("Default service queue size").evaluate((field: HTMLInputElement) => {
      globalThis.requestAnimationFrame = () => 0;
      field.value = "22";
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      setTimeout(() => history.back());
    });
    await dialog.getByRole("button", { name: "No, stay here" }).click();
    expect(new URL(page.url()).pathname).toBe("/library");
    const question = page.waitForEvent("dialog");
    await page.evaluate(() => setTimeout(() => location.reload()));
    expect((await question).type()).toBe("beforeunload");
    await (await question).dismiss();
    expect(await page.getByLabel("Default service queue size").inputValue()).toBe("22");
    await goneBack();
    await dialog.getByRole("button", { name: "Yes, leave without saving" }).click();
    await page.waitForURL(`${product.url}/batch-updates`);
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Library settings" }).click();
    await page.getByRole("button", { name: "Change the settings" }).click();
    expect(await page.getByLabel("Default service queue size").inputValue()).toBe("20");
    // Without changes nothing is asked.
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Batch updates" }).click();
    await page.waitForURL(`${product.url}/batch-updates`);
  });

  it("ask before a code goes, and say what that means and who uses it", async () => {
    const body = {
      name: "Nightly ones",
      criteria: { all: [{ field: "Media.serveCode", operator: "equals", value: "NA" }] },
    };
    expect((await product.call("POST", "/v1/saved-queries", { body })).status).toBe(201);
    await change();
    await page.getByRole("button", { name: "Remove NA from Serve codes", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Take NA out of serve codes?" });
    await dialog.getByText("the saved query Nightly ones").waitFor();
    await dialog.getByText("run the query Media : Serve Code : Equals : NA").waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "No, keep it" }).click();
    await page.getByRole("button", { name: "Remove NA from Serve codes", exact: true }).click();
    await dialog.getByRole("button", { name: "Yes, take it out" }).click();
    await page.getByRole("button", { name: "Remove NA from Serve codes", exact: true }).waitFor({ state: "detached" });
    await expect.poll(focused, { timeout: 20_000 }).toBe("Add to serve codes");
    // One that was never saved goes without a question.
    await page.getByRole("button", { name: "Add to serve codes" }).click();
    await page.getByRole("group", { name: "Serve codes" }).getByLabel(/^Code/).last().fill("NEW9");
    await page.getByRole("button", { name: "Remove NEW9 from Serve codes" }).click();
    expect(await page.getByRole("dialog").count()).toBe(0);
    await isFine(page);
    await page.getByRole("button", { name: "Leave without saving" }).click();
    await page.getByRole("button", { name: "Yes, leave without saving" }).click();
    expect(visitor.faults).toEqual([]);
  });
});
