import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type RunningProduct, startProduct, until } from "#test/product";
import { openBrowser, visit } from "./browser.ts";
import {
  batchUpdateId,
  finished,
  planCutoff,
  processButton,
  processNow,
  processOpener,
  reviewed,
  runQuery,
} from "./job.ts";

let product: RunningProduct;
let browser: Browser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ samplePatrons: 300, sampleTitles: 5000 }), openBrowser()]);
});
afterAll(async () => {
  await Promise.all([browser?.close(), product?.remove()]);
});

async function versions(): Promise<Map<string, number>> {
  const listSchema = z.object({ items: z.array(z.object({ patronId: z.string() })) });
  const { items } = listSchema.parse((await product.call("GET", "/v1/patrons?limit=40")).body);
  const patronSchema = z.object({ media: z.record(z.string(), z.object({ version: z.number() })) });
  const read = items.map(async ({ patronId }) => {
    const { media } = patronSchema.parse((await product.call("GET", `/v1/patrons/${patronId}`)).body);
    return [patronId, media.DB?.version ?? 0] as const;
  });
  return new Map(await Promise.all(read));
}

async function countOfBatchUpdates(): Promise<number> {
  const listSchema = z.object({ items: z.array(z.unknown()) });
  return listSchema.parse((await product.call("GET", "/v1/batch-updates?limit=200")).body).items.length;
}

describe("reload and back in the middle of each step", () => {
  it("keeps the conditions, the choices, the place in a list and the review", async () => {
    const { page, faults, close } = await visit(browser, product.url);
    await page.getByLabel("Operator").selectOption("in");
    await page.getByLabel("Values").fill("DB\nBR");
    await page.reload();
    await page.getByText("Media : Medium : In : DB, BR").waitFor();
    await page.getByLabel("Operator").selectOption("equals");
    await page.getByRole("button", { name: "Start over" }).click();
    await runQuery(page);

    const table = page.getByRole("table", { name: "Patrons of the query set" });
    const first = await table.locator("tbody tr").first().textContent();
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByRole("main").getByText("Page 2: rows 51 to 100").waitFor();
    const third = page.getByRole("button", { name: "Next page" });
    await third.click();
    await page
      .getByRole("main")
      .getByText(/^Page 3: rows/)
      .waitFor();
    await page.goBack();
    await page.getByRole("main").getByText("Page 2: rows 51 to 100").waitFor();
    await page.reload();
    await page.getByRole("main").getByText("Page 2: rows 51 to 100").waitFor();
    await page.getByRole("button", { name: "Previous page" }).click();
    await page.getByRole("main").getByText("Page 1: rows 1 to 50").waitFor();
    await until(
      () => table.locator("tbody tr").first().textContent(),
      (row) => row === first,
      10_000,
    );

    await page.getByRole("link", { name: /Use this query set/ }).click();
    await page.getByLabel("Medium (required)").selectOption("DB");
    await page.getByRole("group", { name: "Cutoff" }).getByText("Set", { exact: true }).click();
    await page.getByLabel("New Cutoff").fill("17");
    await page.reload();
    await page.getByText("Cutoff becomes 17.").waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Results to review" }).waitFor();
    await page.goForward();
    await page.getByText("Cutoff becomes 17.").waitFor();
    await page.getByRole("button", { name: "Plan and review" }).click();
    await page.waitForURL(/\/batch-updates\//);
    await page.reload();
    await reviewed(page);
    await processNow(page);
    await page.getByRole("heading", { level: 1, name: /^(Updating patrons|Result)/ }).waitFor();
    await page.reload();
    await finished(page);
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: "Batch update" }).waitFor();
    await page.goForward();
    await finished(page);
    expect(faults).toEqual([]);
    await close();
  });
});

describe("two tabs", () => {
  it("show the same batch update, and processing in both is one run", async () => {
    const { page, close } = await visit(browser, product.url);
    await runQuery(page);
    await planCutoff(page, 23);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await reviewed(other);
    const before = await versions();
    await Promise.all([processOpener(page).click(), processOpener(other).click()]);
    await Promise.all([processButton(page).click(), processButton(other).click()]);
    // Whose request came second is told so, and is led to the run that there is.
    await Promise.all([page, other].map(followed));
    await Promise.all([finished(page), finished(other)]);
    const after = await versions();
    for (const [patronId, version] of after) expect(version - (before.get(patronId) ?? 0)).toBeLessThanOrEqual(1);
    expect([...after.values()].reduce((sum, it) => sum + it, 0)).toBeGreaterThan(
      [...before.values()].reduce((sum, it) => sum + it, 0),
    );
    await close();
  });
});

describe("a token that has run out", () => {
  it("is renewed silently while looking, at the same view", async () => {
    const { page, close } = await visit(browser, product.url);
    let refused = 0;
    await page.route("**/v1/batch-updates?*", (route) => {
      refused++;
      return refused === 1 ? route.fulfill({ status: 401, json: unauthenticated }) : route.continue();
    });
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Batch updates" }).click();
    await page.getByRole("table", { name: "Batch updates, newest first" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/batch-updates");
    expect(refused).toBeGreaterThan(1);
    await close();
  });

  it("loses nothing that was typed, and says that the act was not sent", async () => {
    const { page, close } = await visit(browser, product.url);
    await runQuery(page);
    await page.getByRole("link", { name: /Use this query set/ }).click();
    await page.getByLabel("Medium (required)").selectOption("DB");
    await page.getByRole("group", { name: "Cutoff" }).getByText("Set", { exact: true }).click();
    await page.getByLabel("New Cutoff").fill("31");
    const before = await countOfBatchUpdates();
    await page.route("**/v1/batch-updates", (route) => route.fulfill({ status: 401, json: unauthenticated }), {
      times: 1,
    });
    await page.getByRole("button", { name: "Plan and review" }).click();
    await page.getByText("Your sign-in was renewed").waitFor();
    await page.getByText("Cutoff becomes 31.").waitFor();
    expect(await countOfBatchUpdates()).toBe(before);
    await page.getByRole("button", { name: "Plan and review" }).click();
    await reviewed(page);
    expect(await countOfBatchUpdates()).toBe(before + 1);
    await close();
  });
});

const unauthenticated = { type: "about:blank", title: "Sign in first", status: 401, code: "UNAUTHENTICATED" };

describe("a lost network", () => {
  it("is said, bridged, and doubles nothing", async () => {
    const { page, close } = await visit(browser, product.url);
    await runQuery(page);
    await planCutoff(page, 37);
    const before = await versions();
    await processOpener(page).click();
    await page.context().setOffline(true);
    await processButton(page).click();
    await page.getByRole("main").getByText("The connection is lost").waitFor();
    await page.context().setOffline(false);
    await finished(page);
    await page.getByRole("main").getByText("The connection is lost").waitFor({ state: "detached" });
    const after = await versions();
    for (const [patronId, version] of after) expect(version - (before.get(patronId) ?? 0)).toBeLessThanOrEqual(1);
    await close();
  });

  it("sends an act again under the same key when its answer is lost on the way", async () => {
    const { page, close } = await visit(browser, product.url);
    await runQuery(page);
    const before = await countOfBatchUpdates();
    const keys: (string | undefined)[] = [];
    await page.route("**/v1/batch-updates", async (route) => {
      keys.push(route.request().headers()["idempotency-key"]);
      if (keys.length > 1) return route.continue();
      await route.fetch();
      return route.abort("connectionreset");
    });
    await planCutoff(page, 43);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
    expect(await countOfBatchUpdates()).toBe(before + 1);
    await close();
  });
});

describe("a product that is killed while a run is watched", () => {
  it("goes on after its next start, and so does the page", async () => {
    const { page, close } = await visit(browser, product.url);
    await runQuery(page);
    await planCutoff(page, 47);
    const id = batchUpdateId(page);
    await processNow(page);
    await product.kill();
    await page.getByRole("main").getByText("The connection is lost").waitFor();
    product = await startProduct({ dataDir: product.dataDir, environment: { PORT: new URL(product.url).port } });
    await processedOnce(page);
    await finished(page);
    expect(batchUpdateId(page)).toBe(id);
    const answer = z.object({ status: z.string() }).parse((await product.call("GET", `/v1/batch-updates/${id}`)).body);
    expect(answer.status).toMatch(/^COMPLETED/);
    await close();
  });
});

/** Waits until a tab shows the run, or follows the way to it from a review that was processed elsewhere. */
async function followed(page: Page): Promise<void> {
  const way = page.getByRole("link", { name: /^(Go to its result|See where it stands)$/ });
  const run = page.getByRole("heading", { level: 1, name: /^(Updating patrons|Result)/ });
  await way.or(run).first().waitFor();
  if (await way.isVisible()) await way.click();
}

/**
 * The kill may have come before the request was taken: then the review still stands, perhaps with its question over it,
 * which is answered again until the run is shown.
 */
async function processedOnce(page: Page): Promise<void> {
  const run = page.getByRole("heading", { level: 1, name: /^(Updating patrons|Result)/ });
  const next = async () => ((await page.getByRole("dialog").isVisible()) ? processButton(page) : processOpener(page));
  await expect
    .poll(
      async () => {
        if (await run.isVisible()) return true;
        const button = await next();
        // It may go away at this very moment, for the page moves on by itself.
        if (await button.isVisible()) await button.click({ timeout: 2000 }).catch(() => undefined);
        return false;
      },
      { timeout: 120_000 },
    )
    .toBe(true);
}
