import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { erasures } from "#contract/erasures";
import { type FaultLayer, startFaultLayer } from "#test/faults/layer";
import { writesMedia } from "#test/faults/requests";
import { gate } from "#test/faults/rules";
import { type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct, until } from "#test/product";
import { openBrowser, type Visitor, visit } from "./browser.ts";
import { isFine } from "./fine.ts";

let faults: FaultLayer;
let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
let page: Page;
let job: Job;
let querySet: string;
let processed: string;
let cancelled: string;

const ids = ["E1", "E2", "E3"];
/** The product lives four and a half days ago, so that what is done here ended that long before the browser's today. */
const daysBehind = { CLOCK_OFFSET_SECONDS: String(-4.5 * 24 * 3600) };

beforeAll(async () => {
  faults = await startFaultLayer();
  const environment = { ...faults.environment, ...daysBehind };
  [product, browser] = await Promise.all([startProduct({ environment }), openBrowser()]);
  job = jobs(product);
  await job.importLines(
    "patrons",
    ids.map((id) => ({ ...patronLine(id), lastName: `Name of ${id}` })),
  );
  querySet = (await job.querySet({ patronIds: ids })).querySetId;
  const spec = { medium: "DB", nightlyDebug: false };
  const planned = await job.plan(querySet, { ...spec, changes: { cutoff: 4 } });
  processed = (await job.apply(planned)).batchUpdateId;
  cancelled = (await job.plan(querySet, { ...spec, changes: { cutoff: 5 } })).batchUpdateId;
  await job.call("POST", `/v1/batch-updates/${cancelled}/cancel`);
  visitor = await visit(browser, product.url, { at: `/query-sets/${querySet}` });
  page = visitor.page;
});
afterAll(async () => {
  await visitor?.close();
  await Promise.all([browser?.close(), product?.remove()]);
  await faults?.close();
});

/** What a page says beside one of its facts. */
const fact = (name: string) => page.locator("dt", { hasText: name }).locator("+ dd").first().textContent();

const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");

describe("what is kept for a time", () => {
  it("says until when on the page of a query set, and of a batch update", async () => {
    await page.getByText(/^Kept until \w+ \d+, \d{4}.*, longer if anyone uses it/).waitFor();
    await isFine(page);
    await page.goto(`${product.url}/batch-updates/${processed}`);
    await page.getByText(/^Plan, outcomes and report are kept until \w+ \d+, \d{4}/).waitFor();
    await page.goto(`${product.url}/batch-updates/${cancelled}`);
    await page.getByText(/^Its plan is kept until \w+ \d+, \d{4}/).waitFor();
  });

  it("leads nowhere that is gone: neither to the evidence of a batch update nor to its query set", async () => {
    const address = `/v1/batch-updates/${processed}`;
    await page.route(`**${address}`, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), evidence: "DELETED", querySetEnded: true } });
    });
    await page.goto(`${product.url}/batch-updates/${processed}`);
    await page.getByText("The evidence was deleted").waitFor();
    await page.getByText("Its query set has been deleted.").waitFor();
    await page.getByText("Query sets are deleted when no one has used them for 90 days").waitFor();
    expect(await page.locator("main a[href*='/query-sets/']").count()).toBe(0);
    expect(await page.getByRole("button", { name: /^(?:Duplicate|Refresh)/ }).count()).toBe(0);
    await isFine(page);
    await page.unrouteAll({ behavior: "wait" });
  });

  it("says in the settings what it means, and what fewer days would delete", async () => {
    await page.goto(`${product.url}/library`);
    await page.getByText(/days after a batch update ends\. Then its plan, outcomes and report are deleted/).waitFor();
    await page.getByRole("button", { name: /^Change/ }).click();
    const days = page.getByLabel("Days that undo and evidence are kept");
    await days.fill("5");
    await page.getByText(/^No evidence is deleted at once by this\./).waitFor();
    await isFine(page);
    await days.fill("200");
    await page.getByText(/^No evidence is deleted at once by this\./).waitFor({ state: "detached" });
    // What was processed can be undone until the day that it shows; of what was canceled the plan goes.
    await days.fill("4");
    await page
      .getByText(/^The evidence of 1 batch update that ended more than 4 days ago is deleted for good within the hour/)
      .waitFor();
  });
});

async function erasureOf(id: string) {
  return erasures.get.answers[200].parse(await job.get(`/v1/erasures/${id}`));
}

describe("a patron", () => {
  it("is erased by an administrator, who types the ID and says why, by keyboard alone", async () => {
    await page.goto(`${product.url}/patron/E1`);
    const open = async () => {
      await page.getByRole("button", { name: "Erase this patron" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: /^Erase Name of E1/ }).waitFor();
    };
    await open();
    expect(await focused()).toBe("Keep the patron");
    const dialog = page.getByRole("dialog");
    for (const goes of ["the name, place", "the media with all", "name and values in query sets", "the files of"]) {
      await dialog.getByRole("listitem").filter({ hasText: goes }).waitFor();
    }
    await dialog.getByText(/^This cannot be undone/).waitFor();
    await dialog.getByText(/^What stays: the ID E1, in counts and outcomes.*backups for 35 days at most/).waitFor();
    await isFine(page);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await focused()).toMatch(/^Erase this patron/);

    await open();
    await page.keyboard.press("Shift+Tab");
    expect(await focused()).toBe("Erase for good");
    await page.keyboard.press("Enter");
    await page.getByText("Type E1, the ID of this patron.").waitFor();
    await page.getByText("Give a reason.").waitFor();
    await isFine(page);
    expect((await product.call("GET", "/v1/patrons/E1")).status).toBe(200);
    await page.keyboard.type("E1");
    await page.getByText("Type E1, the ID of this patron.").waitFor({ state: "hidden" });
    await page.keyboard.press("Tab");
    await page.keyboard.type("Asked for by letter");
    await page.getByText("Give a reason.").waitFor({ state: "hidden" });
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/erasures\/\w+$/);
    await page.getByText("Patron E1 was erased").waitFor();
    await page.getByText("Asked for by letter").waitFor();
    const { counts } = await erasureOf(page.url().split("/").at(-1) ?? "");
    expect(Math.min(counts.items, counts.objects)).toBeGreaterThan(0);
    expect(await fact("Records erased or emptied")).toBe(String(counts.items));
    expect(await fact("Kept files rewritten")).toBe(String(counts.objects));
    expect(await fact("Exports deleted")).toBe(String(counts.exports));
    expect(await fact("Earlier versions deleted")).toBe(String(counts.versions));
    await isFine(page);
    expect((await product.call("GET", "/v1/patrons/E1")).status).toBe(404);
  });

  it("who was erased is in the list of erasures, on the page of the ID, and in outcomes under the ID alone", async () => {
    await page.getByRole("link", { name: "All erasures" }).click();
    await page.getByRole("row", { name: /^E1/ }).waitFor();
    await isFine(page);
    await page.goto(`${product.url}/patron/E1`);
    await page.getByRole("main").getByText("This patron was erased").waitFor();
    await isFine(page);
    await page.getByRole("link", { name: "See the erasure" }).waitFor();
    await page.goto(`${product.url}/batch-updates/${processed}`);
    const row = page.getByRole("row", { name: /E1/ });
    await row.getByText("Erased patron").first().waitFor();
    expect(await page.getByText("Name of E1").count()).toBe(0);
    await page.getByRole("row", { name: /E2/ }).getByText("Name of E2").first().waitFor();
    expect(visitor.faults).toEqual([]);
  });

  it("who is in a job at work is erased when it has ended, and the page says what it waits for", async () => {
    const { querySetId } = await job.querySet({ patronIds: ["E3"] });
    const spec = { name: "Fewer at a time", medium: "DB", nightlyDebug: false, changes: { cutoff: 6 } };
    const planned = await job.plan(querySetId, spec);
    const writing = gate(writesMedia);
    await faults.during(writing.rule, async () => {
      expect((await job.process(planned)).status).toBe(202);
      await writing.reached;
      const asked = await job.call("POST", "/v1/patrons/E3/erase", { reason: "By telephone" });
      const { erasureId } = erasures.erase.answers[202].parse(asked.body);
      await page.goto(`${product.url}/erasures/${erasureId}`);
      await page.getByText("Patron E3 is being erased").waitFor();
      await page.getByText(/^These were running, and are looked through when they have ended/).waitFor();
      const waitedFor = page.getByRole("listitem").filter({ hasText: "Fewer at a time: batch update" });
      const link = waitedFor.getByRole("link", { name: `batch update ${planned.batchUpdateId}` });
      expect(await link.getAttribute("href")).toBe(`/batch-updates/${planned.batchUpdateId}`);
      await isFine(page);
      writing.open();
      await page.getByText("Patron E3 was erased").waitFor();
      expect((await erasureOf(erasureId)).waitsFor).toBeUndefined();
    });
  });

  it("is not erased by staff, who are not shown how", async () => {
    const staff = await visit(browser, product.url, { as: "piedmont-staff", at: "/patron/E2" });
    await staff.page.getByRole("heading", { name: /Name of E2/ }).waitFor();
    await staff.page.waitForLoadState("networkidle");
    expect(await staff.page.getByRole("button", { name: /Erase/ }).count()).toBe(0);
    await page.goto(`${product.url}/patron/E2`);
    await page.getByRole("button", { name: /Erase/ }).waitFor();
    await staff.close();
  });
});

describe("what was kept for its time", () => {
  it("is said to be gone where it was, and its counts stay", async () => {
    const { counts } = await job.batch(processed);
    await page.goto(`${product.url}/batch-updates/${processed}`);
    await page.getByRole("button", { name: /^Undo/ }).waitFor();
    await visitor.close();
    await product.stop();
    const environment = { CLOCK_OFFSET_SECONDS: String(91 * 24 * 3600) };
    product = await startProduct({ dataDir: product.dataDir, environment });
    job = jobs(product);
    for (const id of [processed, cancelled]) {
      await until(
        () => job.batch(id),
        ({ evidence }) => evidence === "DELETED",
      );
    }
    visitor = await visit(browser, product.url, { at: `/batch-updates/${processed}` });
    page = visitor.page;
    await page.getByText("The evidence was deleted").waitFor();
    await page.getByText(/^The library keeps plan, outcomes and report for a number of days/).waitFor();
    expect(await fact("Kept")).toBe("The counts. Plan, outcomes and report were deleted for good.");
    await page.getByText(`Completed: ${counts?.updated} patrons changed`).waitFor();
    expect(await page.getByRole("button", { name: /^(Undo|Retry)/ }).count()).toBe(0);
    await isFine(page);
    await page.goto(`${product.url}/batch-updates/${cancelled}`);
    await page.getByText("The evidence was deleted").waitFor();
    expect(visitor.faults).toEqual([]);
  });
});
