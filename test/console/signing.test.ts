import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { librarySchema } from "#domain/library";
import { type RunningProduct, startProduct } from "#test/product";
import { accessibilityFindings, openBrowser, overflowAt320, type Visitor, visit } from "./browser.ts";

let product: RunningProduct;
let browser: Browser;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  const settings = librarySchema.parse((await product.call("GET", "/v1/library")).body);
  await product.call("PUT", "/v1/library", { body: { ...settings, idleMinutes: 5 } });
});
afterAll(async () => {
  await Promise.all([browser?.close(), product?.remove()]);
});

const warning = (page: Page) => page.getByRole("alertdialog", { name: "Are you still there?" });

/** A visitor whose clock the test moves. */
async function withClock(): Promise<Visitor> {
  const visitor = await visit(browser, product.url, { at: "/library" });
  await visitor.page.clock.install();
  await visitor.page.reload();
  await visitor.page.getByText("5 minutes of inactivity").waitFor();
  return visitor;
}

describe("somebody who does nothing", () => {
  it("is warned two minutes before, puts it off, and is signed out when nobody does", async () => {
    const { page, faults, close } = await withClock();
    const lastDoing = () => page.evaluate(() => localStorage.getItem("last-doing"));
    await page.clock.fastForward("02:50");
    expect(await warning(page).count()).toBe(0);
    await page.clock.fastForward("00:15");
    await warning(page).getByText("You will be signed out in 2 minutes.").waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowAt320(page)).toEqual([]);
    // Moving about is not an answer while the question stands.
    await page.mouse.wheel(0, 200);
    await page.clock.fastForward("00:30");
    await warning(page).getByText("You will be signed out in 90 seconds.").waitFor();
    await page.keyboard.press("Enter");
    await warning(page).waitFor({ state: "detached" });

    await page.clock.fastForward("02:50");
    await page.getByRole("heading", { level: 1 }).click();
    await page.clock.fastForward("02:50");
    expect(await warning(page).count()).toBe(0);
    await page.clock.fastForward("00:15");
    await warning(page).waitFor();
    const before = await lastDoing();
    await page.keyboard.press("Escape");
    // The browser tells a moment after it is closed that it was.
    await expect.poll(lastDoing).not.toBe(before);

    await page.clock.fastForward("03:30");
    await warning(page).waitFor();
    await page.clock.fastForward("01:31");
    await page.waitForURL(`${product.url}/signed-out`);
    await page.getByText("You were signed out").waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.goto(`${product.url}/patrons`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("Password").waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it("is not idle in one tab while working in another, and is signed out of all of them at once", async () => {
    const { page, close } = await withClock();
    const other = await page.context().newPage();
    await other.goto(`${product.url}/library`);
    await other.getByText("5 minutes of inactivity").waitFor();
    await page.clock.fastForward("03:05");
    await warning(page).waitFor();
    await warning(other).getByRole("button", { name: "Stay signed in" }).click();
    await warning(page).waitFor({ state: "detached" });
    await other.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(`${product.url}/signed-out`);
    await other.waitForURL(`${product.url}/signed-out`);
    await close();
  });

  it("and closes the browser's tab is not signed in silently when the time is over", async () => {
    const { page, close } = await withClock();
    await page.goto("about:blank");
    await page.clock.fastForward("05:01");
    await page.goto(`${product.url}/library`);
    await page.waitForURL(`${product.url}/signed-out`);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("Name").fill("piedmont-administrator");
    await page.getByLabel("Password").fill("local");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await close();
  });
});
