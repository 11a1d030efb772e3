import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dayAt } from "#domain/calendar";
import { librarySchema } from "#domain/library";
import { jobs } from "#test/job";
import { patronIds, patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct } from "#test/product";
import { openBrowser, type Visitor, visit } from "./browser.ts";
import { isFine } from "./fine.ts";
import { dayAhead } from "./job.ts";

const zone = "America/New_York";
const patrons = 268;
const ids = patronIds(patrons, "SPREAD");

/** A service day of the spread on which the library is closed. */
const closed = [33, 34, 35].map(dayAhead).find((day) => ![0, 6].includes(new Date(day).getUTCDay())) ?? "";

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  const lines = ids.map((id) => patronLine(id));
  await jobs(product).importLines("patrons", lines);
  const { library: _, ...settings } = librarySchema.parse((await product.call("GET", "/v1/library")).body);
  const body = { ...settings, closedDays: [...settings.closedDays, closed] };
  expect((await product.call("PUT", "/v1/library", { body })).status).toBe(200);
  visitor = await visit(browser, product.url, { at: "/", width: 1440 });
  page = visitor.page;
});
afterAll(async () => {
  await visitor?.close();
  await Promise.all([browser?.close(), product?.remove()]);
});

describe("a spread as a calendar", () => {
  const months = () => page.locator("table.calendar-month");

  it("shows months live while it is typed, with numbers, what a day takes, and closed days", async () => {
    const set = await jobs(product).querySet({ patronIds: ids });
    await page.goto(`${product.url}/query-sets/${set.querySetId}/batch-update`);
    await page.getByRole("group", { name: "Next Service Date" }).getByText("Spread over days").click();
    await page.getByLabel("First day").fill(dayAhead(30));
    await page.getByLabel("Patrons on each day").fill("10");
    await page.getByRole("main").getByText(`${patrons} patrons take 27 service days`).waitFor();
    await months().first().waitFor();
    await page.getByText("at most 10 patrons a day").waitFor();
    for (const weekday of ["Sunday", "Monday", "Saturday"])
      expect(await months().first().getByRole("columnheader", { name: weekday }).count()).toBe(1);
    const sum = await months().locator(".calendar-count").allTextContents();
    expect(sum.reduce((all, text) => all + (Number.parseInt(text, 10) || 0), 0)).toBe(patrons);
    // What plans it is in view all the while.
    await page.evaluate(() => scrollTo(0, 0));
    const send = await page.getByRole("button", { name: "Plan and review" }).boundingBox();
    expect((send?.y ?? Number.NaN) + (send?.height ?? 0)).toBeLessThanOrEqual(900);
    await page.getByText("Nightly Debug and 1 other field. Planning changes nothing yet.").waitFor();
    await page.getByLabel("First day").focus();
    await page.keyboard.press("Alt+Shift+KeyG");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Plan and review");
    // What gets the focus is scrolled to above the bar, however high it is.
    for (const width of [320, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const room = () =>
        page.evaluate(() => {
          const bar = document.querySelector(".form-bar")?.getBoundingClientRect().height ?? Number.NaN;
          return Number.parseFloat(getComputedStyle(document.documentElement).scrollPaddingBlockEnd) - bar;
        });
      await expect.poll(room).toBeGreaterThanOrEqual(8);
    }
    await page.getByLabel("Patrons on each day").fill("20");
    await page.getByRole("main").getByText(`${patrons} patrons take 14 service days`).waitFor();
    await isFine(page);
  });

  it("says under the pointer and to the ear what a full day, a closed day and one without service hold", async () => {
    const value = page.locator(".calendar-value");
    const day = (date: string) => months().locator(`[data-day="${date}"]`);
    for (const [cell, seen, heard] of [
      [
        months().locator(".calendar-full").first(),
        /^\w+, \w+ \d+, \d{4}: 20 of 20 patrons, full$/,
        /^\d+ 20 patrons, full$/,
      ],
      [day(closed), /^\w+, \w+ \d+, \d{4}: closed$/, /^\d+ closed$/],
      [months().locator(".calendar-off").first(), /^(Sat|Sun), \w+ \d+, \d{4}: no service$/, /^\d+ no service$/],
    ] as const) {
      await cell.hover();
      await expect.poll(() => value.textContent()).toMatch(seen);
      expect(await page.getByRole("gridcell", { name: heard }).and(cell).count()).toBe(1);
    }
    await page.mouse.move(0, 0);
    await expect.poll(() => value.textContent()).not.toContain("no service");
  });

  it("tells the words of neighboring closed days apart in a narrow window, and shows its samples as it shows days", async () => {
    await page.setViewportSize({ width: 320, height: 900 });
    const word = months().locator(".calendar-word").first();
    const room = await word.evaluate((it) => {
      const words = document.createRange();
      words.selectNodeContents(it);
      return (it.closest("td")?.getBoundingClientRect().width ?? Number.NaN) - words.getBoundingClientRect().width;
    });
    expect(room).toBeGreaterThanOrEqual(4);
    await page.setViewportSize({ width: 1440, height: 900 });
    const borders = (which: string) =>
      page.locator(which).evaluateAll((all) => [...new Set(all.map((it) => getComputedStyle(it).borderColor))]);
    for (const forcedColors of ["none", "active"] as const) {
      await page.emulateMedia({ forcedColors });
      expect((await borders(".calendar-off")).length, forcedColors).toBe(1);
    }
    await page.emulateMedia({ forcedColors: "none" });
  });

  it("is read day by day with arrow keys, behind one stop", async () => {
    const stops = months().locator('td[tabindex="0"]');
    expect(await stops.count()).toBe(1);
    await stops.focus();
    const first = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.day);
    await page.keyboard.press("ArrowRight");
    const next = await page.evaluate(() => (document.activeElement as HTMLElement).dataset.day);
    expect(next).toBe(dayAt(new Date(Date.parse(`${first}T12:00:00Z`) + 86_400_000), zone));
    await page
      .locator(".calendar-value")
      .getByText(/^\w+, \w+ \d+, \d{4}: /)
      .waitFor();
    expect(await stops.count()).toBe(1);
    // A mouse that lies on another day changes what is shown, and not where the keyboard stands.
    const other = months().locator(".calendar-off").first();
    await other.hover();
    const value = page.locator(".calendar-value");
    await expect.poll(() => value.textContent()).toMatch(/no service$/);
    const day = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.day ?? "");
    await page.keyboard.press("ArrowRight");
    expect(await day()).toBe(dayAt(new Date(Date.parse(`${next}T12:00:00Z`) + 86_400_000), zone));
    await expect.poll(() => value.textContent()).not.toMatch(/no service$/);
    const week = await page.evaluate(() =>
      [...(document.activeElement?.closest("tr")?.querySelectorAll<HTMLElement>("[data-day]") ?? [])].map(
        (it) => it.dataset.day,
      ),
    );
    await page.keyboard.press("End");
    expect(await day()).toBe(week.at(-1));
    await page.keyboard.press("Home");
    expect(await day()).toBe(week[0]);
    const last = await months()
      .locator("[data-day]")
      .last()
      .evaluate((it) => it.dataset.day ?? "");
    const before = Date.parse(await day());
    await page.keyboard.press("PageDown");
    expect(Date.parse(await day())).toBe(Math.min(before + 28 * 86_400_000, Date.parse(last)));
  });

  it("is no wall over five years: a few months at once, and years to go to", async () => {
    await page.getByLabel("Patrons on each day").fill("1");
    await page.getByRole("main").getByText(`${patrons} patrons take ${patrons} service days`).waitFor();
    expect(await months().count()).toBe(3);
    const years = page.getByRole("list", { name: "Years of the spread" }).getByRole("button");
    expect(await years.count()).toBeGreaterThan(1);
    await years.last().click();
    expect(await years.last().getAttribute("aria-pressed")).toBe("true");
    const year = (await years.last().textContent())?.slice(0, 4);
    await months().first().getByText(`January ${year}`).waitFor();
    await expect
      .poll(async () => (await visitor.spoken()).map(({ sentence }) => sentence))
      .toContainEqual(expect.stringMatching(`^January ${year}: \\d+ patrons`));
    await page.getByRole("button", { name: "Earlier months" }).click();
    await months().first().getByText(`January ${year}`).waitFor({ state: "detached" });
    await isFine(page);
  });
});

it("broke no rule of the content security policy and threw no error on the way", () => {
  expect(visitor.faults).toEqual([]);
});
