import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { batchUpdates } from "#contract/batch-updates";
import { dayAt } from "#domain/calendar";
import { type Batch, jobs } from "#test/job";
import { patience } from "#test/patience";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct } from "#test/product";
import { openBrowser, type Visitor, visit } from "./browser.ts";
import { fieldsWithoutHelp } from "./field-help.ts";
import { isFine } from "./fine.ts";
import { focusTold } from "./focus-told.ts";
import { dayAhead, finished, processNow, processOpener, reviewed } from "./job.ts";

const patronIds = ["PLAN1", "PLAN2"];
let product: RunningProduct;
let browser: Browser;
let administrator: Visitor;
let staff: Visitor;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({}), openBrowser()]);
  const lines = patronIds.map((id) => patronLine(id));
  await jobs(product).importLines("patrons", lines);
  administrator = await visit(browser, product.url, { at: "/" });
  staff = await visit(browser, product.url, { as: "piedmont-staff", at: "/" });
});
afterAll(async () => {
  await Promise.all([administrator?.close(), staff?.close()]);
  await Promise.all([browser?.close(), product?.remove()]);
});

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");
const section = (page: Page, name: string): Locator => page.getByRole("region", { name });
const home = (page: Page) => page.getByRole("link", { name: /^Home/ }).click();

/** A review of two patrons, planned without the browser: how that is done there is shown elsewhere. */
async function planned(name: string, as: "piedmont-administrator" | "piedmont-staff", cutoff: number): Promise<Batch> {
  const job = jobs(product, as);
  const set = await job.querySet({ patronIds });
  return job.plan(set.querySetId, { medium: "DB", nightlyDebug: false, changes: { cutoff }, name });
}

async function open(page: Page, { batchUpdateId }: Batch): Promise<void> {
  await page.goto(`${product.url}/batch-updates/${batchUpdateId}`);
  await reviewed(page);
}

describe("Home", () => {
  it("says where there is nothing, for administrators and for staff", async () => {
    for (const { page } of [administrator, staff]) {
      await page.goto(`${product.url}/`);
      await page.getByText("Nothing is waiting for you, running, or scheduled.").waitFor();
      await isFine(page);
    }
    await staff.page.getByText("What waits for you, what is running, and what has finished.").waitFor();
    await administrator.page.getByText("What needs an administrator’s attention, what is running").waitFor();
  });

  it("asks for a look at an import that failed in the night, until a file of that kind has come in", async () => {
    const job = jobs(product);
    expect((await job.importLines("patrons", "[{}]")).status).toBe("FAILED");
    const { page } = administrator;
    await page.goto(`${product.url}/`);
    const failed = section(page, "Ended, and needs a look").getByRole("listitem");
    await failed.getByText("Line 1 is a list, not one object.").waitFor();
    await failed.locator(".state-problem", { hasText: "Failed" }).waitFor();
    await isFine(page);
    await failed.getByRole("link", { name: "Import of patrons" }).click();
    await page.getByRole("heading", { level: 1, name: "Import of patrons" }).waitFor();
    await job.importLines("patrons", [patronLine("PLAN1")]);
    await page.goto(`${product.url}/`);
    await section(page, "Recent imports").getByText("Completed").first().waitFor();
    expect(await section(page, "Ended, and needs a look").count()).toBe(0);
  });
});

describe("handing over", () => {
  it("tells the administrators with a note, who give it back with one, and process it in the end", async () => {
    const name = "Cutoff for the spring";
    const batch = await planned(name, "piedmont-staff", 31);
    const { page: theirs } = staff;
    await theirs.goto(`${product.url}/`);
    await section(theirs, "Waiting for you: 1").getByRole("link", { name }).click();
    await reviewed(theirs);
    await theirs.getByText("An administrator processes this").waitFor();
    expect(await processOpener(theirs).count()).toBe(0);
    await isFine(theirs);
    await theirs.getByRole("button", { name: "Hand over …" }).click();
    await theirs.getByRole("dialog", { name: "Hand over to administrators" }).waitFor();
    expect(await fieldsWithoutHelp(theirs, "dialog form")).toEqual([]);
    await isFine(theirs);
    await theirs.getByLabel("Note for the administrators (optional)").fill("Please look at the cutoff.");
    await theirs.getByRole("button", { name: "Hand over to administrators" }).click();
    await theirs.getByText("Handed over. Administrators find it on their home page").waitFor();
    expect(await focused(theirs)).toContain("Handed over. Administrators find it");
    await isFine(theirs);
    await home(theirs);
    await section(theirs, "Handed over by you").getByText("Please look at the cutoff.").waitFor();

    const { page } = administrator;
    await page.goto(`${product.url}/batch-updates`);
    await page.getByRole("link", { name: "Home 1 waiting for you" }).waitFor();
    await section(page, "Waiting for you").getByText("handed over by piedmont-staff").waitFor();
    await page.getByLabel("Handed over").selectOption("true");
    const rows = page.getByRole("table", { name: "Batch updates, newest first" }).locator("tbody tr");
    await vi.waitUntil(async () => (await rows.count()) === 1, patience);
    expect(new URL(page.url()).search).toContain("waiting=true");
    await isFine(page);
    await home(page);
    await section(page, "Waiting for you: 1").getByText("“Please look at the cutoff.”").waitFor();
    await expect.poll(() => page.title()).toMatch(/^Home: 1 waiting for you /);
    await isFine(page);
    await page.getByRole("link", { name }).click();
    await reviewed(page);
    await page.getByText("Handed over by piedmont-staff").waitFor();
    await page.getByRole("button", { name: "Give it back …" }).click();
    await page.getByRole("button", { name: "Give it back", exact: true }).click();
    await page.getByText("Say why you are giving it back.").waitFor();
    await isFine(page);
    await page.keyboard.type("30 is enough.");
    await page.getByText("Say why you are giving it back.").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Give it back", exact: true }).click();
    await page.getByText("Given back by piedmont-administrator").waitFor();
    expect(await focused(page)).toContain("30 is enough.");
    await page.getByRole("link", { name: "Home", exact: true }).waitFor();

    await open(theirs, batch);
    await theirs.getByText("Given back by piedmont-administrator").waitFor();
    await isFine(theirs);
    await theirs.getByRole("button", { name: "Hand over …" }).click();
    await theirs.getByRole("button", { name: "Hand over to administrators" }).click();
    await theirs.getByText("It is waiting for an administrator.", { exact: false }).first().waitFor();

    await open(page, batch);
    expect(await processNow(page)).toBe(2);
    await finished(page);
    await page.getByText("by piedmont-administrator,").first().waitFor();
    await home(page);
    await section(page, "Ended in the last seven days").getByText("2 patrons changed").waitFor();
  });

  it("is offered where the library demands four eyes, to whoever created it", async () => {
    const job = jobs(product);
    const { library: _, ...settings } = (await product.call("GET", "/v1/library")).body as Record<string, unknown>;
    expect((await job.call("PUT", "/v1/library", { ...settings, approval: "ALWAYS" })).status).toBe(200);
    const own = await planned("My own", "piedmont-administrator", 32);
    const another = await planned("Of staff", "piedmont-staff", 33);
    const { page } = administrator;
    await open(page, own);
    await page.getByText("Another administrator must process this").waitFor();
    expect(await processOpener(page).count()).toBe(0);
    await isFine(page);
    await page.getByRole("button", { name: "Hand over …" }).click();
    await page.getByRole("button", { name: "Hand over to administrators" }).click();
    await page.getByText("Handed over. Administrators find it on their home page").waitFor();
    await page.getByRole("button", { name: "Hand over again …" }).waitFor();
    await open(page, another);
    await processOpener(page).waitFor();
    expect((await job.call("PUT", "/v1/library", settings)).status).toBe(200);
    for (const { batchUpdateId } of [own, another]) {
      expect((await job.call("POST", `/v1/batch-updates/${batchUpdateId}/cancel`)).status).toBe(202);
    }
  });
});

describe("a schedule", () => {
  // At a quarter past two of that day it is three days from now before that hour of the night, and two after it.
  const day = () => dayAt(new Date(Date.now() + 3 * 86_400_000), "America/New_York");

  it("says what is missing or wrong, and then when it begins by the library's clocks", async () => {
    const batch = await planned("At night", "piedmont-administrator", 34);
    const { page } = administrator;
    await open(page, batch);
    await processOpener(page).click();
    await page.getByText("Later, automatically").click();
    await page.getByText("Eastern Time (America/New_York)").waitFor();
    expect(await fieldsWithoutHelp(page, "dialog form")).toEqual([]);
    await page.getByRole("button", { name: "Schedule: update 2 patrons" }).click();
    await page.getByText("Choose the day.").waitFor();
    expect(await page.getByLabel("Day").evaluate((it) => it === document.activeElement)).toBe(true);
    expect(await focusTold(page)).toContain("Eastern Time (America/New_York)");
    await isFine(page);
    await page.getByLabel("Day").fill(dayAhead(60));
    await page.getByLabel("Time").fill("02:15");
    await page.getByRole("button", { name: "Schedule: update 2 patrons" }).click();
    await page.getByText("Choose a day within the next 30 days.").waitFor();
    await page.getByLabel("Day").fill(day());
    await page.getByText("Choose a day within the next 30 days.").waitFor({ state: "detached" });
    await page.getByText(/Begins \w+, \w+ \d+, \d{4}, 2:15.AM E[SD]T, in [23] days/).waitFor();
    await isFine(page);
    await page.getByRole("button", { name: "Schedule: update 2 patrons" }).click();
    await page.getByRole("heading", { level: 1, name: "Scheduled: the batch update" }).waitFor();
    expect(await focused(page)).toBe("Scheduled: the batch update");
    const said = async () => (await administrator.spoken()).map(({ sentence }) => sentence);
    await expect.poll(said, patience).toContainEqual(expect.stringMatching(/^Scheduled\. .*2:15.AM, in [23] days/));
    await page.getByText(/Begins .*2:15.AM E[SD]T, in [23] days/).waitFor();
    await isFine(page);
    const shown = batchUpdates.get.answers[200].parse(
      (await product.call("GET", `/v1/batch-updates/${batch.batchUpdateId}`)).body,
    );
    expect(dayAt(new Date(shown.processAt ?? 0), "America/New_York")).toBe(day());
    await home(page);
    await section(page, "Starts by itself").getByRole("link", { name: "At night" }).waitFor();
    await page.goto(`${product.url}/batch-updates?batch-updates.status=SCHEDULED`);
    await page
      .getByRole("row", { name: /At night/ })
      .getByText(/begins .*2:15/)
      .waitFor();
  });

  it("is warned of where another one of the medium is near, and not where it is far", async () => {
    const { page } = administrator;
    await open(page, await planned("Too near", "piedmont-administrator", 35));
    await processOpener(page).click();
    await page.getByText("Later, automatically").click();
    await page.getByLabel("Day").fill(day());
    await page.getByLabel("Time").fill("23:00");
    await page.getByText("Another batch update of DB starts near this time").waitFor();
    await page.getByRole("link", { name: "At night" }).waitFor();
    await isFine(page);
    await page.getByLabel("Day").fill(dayAhead(10));
    await page.getByText("Another batch update of DB starts near this time").waitFor({ state: "detached" });
  });

  it("is taken back to the review, or cancelled", async () => {
    const { page } = administrator;
    await page.goto(`${product.url}/batch-updates?batch-updates.status=SCHEDULED`);
    await page.getByRole("link", { name: "At night" }).click();
    await page.getByRole("button", { name: "Unschedule: back to the review" }).click();
    await reviewed(page);
    expect(await focused(page)).toBe("Review the batch update");
    await processOpener(page).click();
    await page.getByText("Later, automatically").click();
    await page.getByLabel("Day").fill(day());
    await page.getByLabel("Time").fill("02:15");
    await page.getByRole("button", { name: "Schedule: update 2 patrons" }).click();
    await page.getByRole("heading", { level: 1, name: "Scheduled: the batch update" }).waitFor();
    await page.getByRole("button", { name: "Cancel this batch update" }).click();
    await page.getByRole("button", { name: "Yes, cancel it" }).click();
    await page.getByText("Canceled. Nothing has been changed.").first().waitFor();
  });

  it("is shown to staff, who leave it to administrators", async () => {
    const batch = await planned("For staff to see", "piedmont-administrator", 36);
    const body = {
      planDigest: batch.plan?.digest,
      patronCount: 2,
      at: new Date(Date.now() + 86_400_000).toISOString(),
    };
    const { status } = await jobs(product).call("POST", `/v1/batch-updates/${batch.batchUpdateId}/process`, body);
    expect(status).toBe(202);
    const { page } = staff;
    await page.goto(`${product.url}/batch-updates/${batch.batchUpdateId}`);
    await page.getByText("An administrator can return it to its review, or cancel it.").waitFor();
    expect(await page.getByRole("button", { name: /Unschedule|Cancel this/ }).count()).toBe(0);
    await isFine(page);
  });
});

it("broke no rule of the content security policy and threw no error on the way", () => {
  expect([...administrator.faults, ...staff.faults]).toEqual([]);
});
