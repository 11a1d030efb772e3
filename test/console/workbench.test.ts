import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FaultyProduct, startFaultyProduct } from "#test/faults/product";
import { writesMedia } from "#test/faults/requests";
import { gate } from "#test/faults/rules";
import { type Batch, jobs } from "#test/job";
import { mediumLine, patronIds, patronLine } from "#test/patron-lines";
import { type RunningProduct, until } from "#test/product";
import { openBrowser, type Visitor, visit } from "./browser.ts";
import { cancelledRun } from "./cancelled-run.ts";
import { isFine } from "./fine.ts";
import { batchUpdateId, finished, processNow, processOpener, reviewed } from "./job.ts";
import { areTold, statesSeen } from "./states.ts";

/** As many as the first edition was found tiring with. */
const patrons = 268;
const ids = patronIds(patrons, "DESK");
/** The last ones have a record already that holds what is set, no record, or are closed. */
const unchanged = ids.slice(-8, -5);
const created = ids.slice(-5, -2);
const closed = ids.slice(-2);
/** The first ones come with a warning: their cartridges take more than is left when the queue is refilled. */
const warned = ids.slice(0, 60);
/** Two patrons of one name. */
const twins = ids.slice(20, 22);

declare global {
  interface Window {
    /** Set in the page by the test of notices: whether somebody looks, and what was told. */
    watched: { isLooking: boolean; told: string[] };
  }
}

let faulty: FaultyProduct;
let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
let page: Page;

function lineOf(id: string) {
  if (created.includes(id)) return patronLine(id, { media: [] });
  if (closed.includes(id)) return patronLine(id, { mainStatus: "WITHDRAWN" });
  if (unchanged.includes(id)) return patronLine(id, { media: [mediumLine({ serveCode: "MA" })] });
  const full = warned.includes(id) ? { maxTitlesPerCartridge: 10, cartridgeLimit: 2 } : {};
  const name = twins.includes(id) ? { lastName: "Twin", firstName: "Ada" } : {};
  return patronLine(id, { media: [mediumLine(full)], ...name });
}

beforeAll(async () => {
  [faulty, browser] = await Promise.all([startFaultyProduct(), openBrowser()]);
  product = faulty.product;
  await jobs(product).importLines("patrons", ids.map(lineOf));
  visitor = await visit(browser, product.url, { at: "/", width: 1440 });
  page = visitor.page;
});
afterAll(async () => {
  await visitor?.close();
  await Promise.all([browser?.close(), faulty?.remove()]);
});

let planned: Batch;
async function plan(name: string, changes: object = { serveCode: "MA", refillPoint: 5 }): Promise<Batch> {
  const job = jobs(product);
  const set = await job.querySet({ patronIds: ids });
  return await job.plan(set.querySetId, { medium: "DB", nightlyDebug: false, changes, name });
}
const open = async ({ batchUpdateId }: Batch, more = "") => {
  await page.goto(`${product.url}/batch-updates/${batchUpdateId}${more}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
};

const isOver = ({ status }: Batch) => status.startsWith("COMPLETED");
const plannedTable = () => page.getByRole("table", { name: "Changes by patron, before and after" });
const rows = () => plannedTable().locator("tbody tr");
const part = (word: string): Locator => page.getByRole("button", { name: new RegExp(`^Show: ${word} `) });
const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
/** Where the table's heading is in the window. */
const headingTop = () =>
  page.evaluate(() => document.getElementById("plan-heading")?.getBoundingClientRect().top ?? Number.NaN);
const wouldChange = async (count: number) => {
  await page.getByRole("button", { name: `Process ${count} patrons …` }).waitFor();
};
const rowsShown = async (words: string) => {
  await page.getByRole("main").getByText(words, { exact: true }).first().waitFor();
};

/** The bar of a view says so, also where the page is scrolled to its end. */
async function staysInView(name: string, ...said: readonly string[]): Promise<void> {
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const bar = page.getByRole("region", { name });
  for (const words of said) await expect.poll(() => bar.textContent()).toContain(words);
  expect(await bar.evaluate((it) => it.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0);
  expect(await bar.evaluate((it) => it.getBoundingClientRect().bottom <= innerHeight / 2)).toBe(true);
}

/** Tab stops from the heading of the view to an element; the page must not have been scrolled for it. */
async function stopsTo(element: Locator): Promise<number> {
  await element.waitFor();
  await page.getByRole("heading", { level: 1 }).focus();
  for (let stops = 1; stops <= 50; stops++) {
    await page.keyboard.press("Tab");
    if (await element.evaluate((it) => it === document.activeElement)) {
      expect(await page.evaluate(() => scrollY)).toBe(0);
      expect(await element.evaluate((it) => it.getBoundingClientRect().bottom <= innerHeight)).toBe(true);
      return stops;
    }
  }
  throw new Error(`${element} is not reached`);
}

/** The main button of a view is that near in a large window, and in one of a small notebook. */
async function isNear(element: Locator): Promise<void> {
  for (const [width, height] of [
    [1280, 720],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.evaluate(() => scrollTo(0, 0));
    expect(await stopsTo(element), `${width} x ${height}`).toBeLessThanOrEqual(5);
  }
}

/** Runs in the page: tells of each count that is said what the bar shows meanwhile. */
function hearCounts() {
  const region = document.querySelector('[role="status"]');
  if (region === null) throw new Error("Nothing is said on this page");
  new MutationObserver(() => {
    const said = /([\d,]+) patrons would change/.exec(region.textContent ?? "")?.[1];
    const shown = document.querySelector(".workbar-count strong")?.textContent ?? "";
    if (said !== undefined) Reflect.get(globalThis, "heardAt")(`${said} / ${shown.split(" ")[0]}`);
  }).observe(region, { subtree: true, childList: true, characterData: true });
}

/** Runs in the page: what the steps of the job and the icons of notices are drawn with, and on what. */
function forcedLooks() {
  const notice = document.createElement("div");
  notice.className = "usa-alert usa-alert--warning";
  notice.innerHTML = '<div class="usa-alert__body"></div>';
  document.querySelector("main")?.append(notice);
  const drawn = (found: string, part?: string) => {
    const element = document.querySelector(found);
    return element === null ? undefined : getComputedStyle(element, part);
  };
  const step = (which: string) => drawn(`.usa-step-indicator__segment${which}`, "::after")?.backgroundColor;
  const looks = {
    done: step("--complete"),
    now: step("--current"),
    toCome: step(":last-child"),
    tick: drawn(".step-done")?.fill,
    icon: drawn(".usa-alert--warning .usa-alert__body", "::before")?.backgroundColor,
    ground: drawn("body")?.backgroundColor,
    ink: drawn("body")?.color,
  };
  notice.remove();
  return looks;
}

it("the results to review have the way on at most five stops from the heading, without scrolling", async () => {
  const { querySetId } = await jobs(product).querySet({ patronIds: ids });
  await page.goto(`${product.url}/query-sets/${querySetId}`);
  await page.getByRole("table", { name: "Patrons of the query set" }).waitFor();
  await isNear(page.getByRole("link", { name: `Use this query set (${patrons} patrons)` }));
});

describe("the review as a workbench", () => {
  it("has the main button at most five stops from the heading, without scrolling, and keeps it in view", async () => {
    planned = await plan("On the workbench");
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(planned);
    await reviewed(page);
    await isNear(processOpener(page));
    await page.getByRole("heading", { level: 1 }).focus();
    await page.keyboard.press("Alt+Shift+KeyG");
    expect(await focused()).toMatch(/^Process /);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    expect(await processOpener(page).isVisible()).toBe(true);
    const top = await processOpener(page).evaluate((it) => it.getBoundingClientRect().top);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(top).toBeLessThan(200);
    await wouldChange(patrons - unchanged.length - closed.length);
    expect(await page.title()).toMatch(/^Review: 263 patrons would change – On the workbench – /);
    await page.getByRole("button", { name: `Select all patrons (${patrons - closed.length})` }).waitFor();
    await isFine(page);
  });

  it("shows the whole as one bar, whose parts show themselves alone in the table, each by shape and word", async () => {
    await open(planned);
    await rowsShown(`Page 1: rows 1 to 50 of ${patrons}`);
    const states = await statesSeen(page.getByRole("main"));
    for (const [word, count] of [
      ["New record", created.length],
      ["No change", unchanged.length],
      ["Blocked by a rule", closed.length],
    ] as const) {
      await page.evaluate(() => scrollTo(0, 0));
      const before = await headingTop();
      await part(word).click();
      await rowsShown(`${count} rows`);
      await expect.poll(() => rows().count()).toBe(count);
      expect(await part(word).getAttribute("aria-pressed")).toBe("true");
      expect(await focused()).toContain(word);
      await expect.poll(headingTop).toBeLessThan(before - 50);
      states.push(...(await statesSeen(page.getByRole("main"))));
    }
    // Who goes by keys goes along: what has the focus is in view.
    await page.evaluate(() => scrollTo(0, 0));
    await part("No change").press("Enter");
    await rowsShown(`${unchanged.length} rows`);
    await expect.poll(focused).toBe("Patron by patron");
    await expect.poll(headingTop).toBeLessThan(900);
    // Back from one of them, the focus is on the way that led there, and in view.
    const led = rows().nth(1).getByRole("link");
    const way = await led.textContent();
    await led.press("Enter");
    await page.getByRole("heading", { level: 1, name: `Last ${way}` }).waitFor();
    await page.goBack();
    await expect.poll(focused).toBe(way);
    await expect.poll(() => led.evaluate((it) => it.getBoundingClientRect().top)).toBeGreaterThan(0);
    // The bar itself too, for who points.
    await page.locator(".stacked-part").first().click();
    await rowsShown(`Page 1: rows 1 to 50 of ${patrons - 8}`);
    await part("Update").click();
    await rowsShown(`Page 1: rows 1 to 50 of ${patrons}`);
    areTold(states, ["Update", "New record", "No change", "Blocked by a rule"]);
    const looks = await page.evaluate(() =>
      [...document.querySelectorAll(".stacked-keys .swatch")].map((it) => getComputedStyle(it).background),
    );
    expect(new Set(looks).size).toBe(4);
  });

  it("is seen in forced colors, each part by a pattern of its own", async () => {
    await page.emulateMedia({ forcedColors: "active" });
    const looks = await page.evaluate(() =>
      [...document.querySelectorAll(".stacked-part")].map((it) => getComputedStyle(it).background),
    );
    expect(new Set(looks).size).toBe(4);
    await isFine(page);
    await page.emulateMedia({ forcedColors: "none" });
  });

  it("shows the steps and the icons of notices in forced colors, be they dark or light", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ forcedColors: "active", colorScheme });
      const { done, now, toCome, tick, icon, ground, ink } = await page.evaluate(forcedLooks);
      expect(new Set([done, now, toCome]).size, colorScheme).toBe(3);
      expect([toCome, done, tick, icon], colorScheme).toEqual([ground, ink, ink, ink]);
    }
    await page.emulateMedia({ forcedColors: "none", colorScheme: "light" });
  });

  it("lists warnings with showing these, leaving out, and bringing back", async () => {
    await open(planned);
    await rows().first().waitFor();
    const change = patrons - unchanged.length - closed.length;
    const warning = page.getByRole("listitem").filter({ hasText: "Refill point below what the cartridges take" });
    await warning.getByText(`: ${warned.length} patrons`).waitFor();
    await warning.getByRole("button", { name: /^Show these/ }).click();
    await rowsShown(`Page 1: rows 1 to 50 of ${warned.length}`);
    await warning.getByRole("button", { name: /^Leave out/ }).press("Enter");
    await wouldChange(change - warned.length);
    await warning.getByText(`and ${warned.length} left out`).waitFor();
    await expect.poll(focused).toMatch(/^Bring back: Refill/);
    await isFine(page);
    await warning.getByRole("button", { name: /^Bring back/ }).press("Enter");
    await wouldChange(change);
    await expect.poll(focused).toMatch(/^Leave out: Refill/);
    await warning.getByRole("button", { name: /^Show these/ }).click();
    await rowsShown(`Page 1: rows 1 to 50 of ${patrons}`);
  });

  it("leaves out and brings back by what would happen", async () => {
    await open(planned);
    await rows().first().waitFor();
    const change = patrons - unchanged.length - closed.length;
    await part("New record").click();
    await page.getByRole("button", { name: `Leave out all ${created.length} patrons` }).press("Enter");
    await wouldChange(change - created.length);
    await expect.poll(focused).toMatch(/^Bring back: New record/);
    await part("Left out").click();
    await rowsShown(`${created.length} rows`);
    await page.getByRole("button", { name: `Bring back: New record (${created.length} patrons)` }).press("Enter");
    await wouldChange(change);
    await expect.poll(focused).toBe("What would happen");
    await page.getByRole("combobox", { name: "What would happen" }).selectOption("");
    await rowsShown(`Page 1: rows 1 to 50 of ${patrons}`);
  });

  it("has names beside codes, before and after", async () => {
    await open(planned);
    const changes = rows().first().getByRole("listitem").filter({ hasText: "Serve Code" });
    expect(await changes.textContent()).toMatch(/NA – \w.+ becomes MA – \w/);
  });

  it("selects rows, a page, and all that fit, over filters", async () => {
    await open(planned);
    await rows().first().waitFor();
    const change = patrons - unchanged.length - closed.length;
    await plannedTable().getByText("Patron: all on this page").click();
    await staysInView(
      "The review at a glance",
      `${change} patrons would change out of ${patrons}: 3 no change, 2 blocked by a rule`,
      "50 patrons selected",
    );
    // What stays in view leaves most of a small window to the list.
    await page.setViewportSize({ width: 320, height: 640 });
    await processOpener(page).waitFor();
    expect(
      await page
        .getByRole("region", { name: "The review at a glance" })
        .evaluate((it) => it.clientHeight / innerHeight),
    ).toBeLessThan(0.3);
    await page.setViewportSize({ width: 1440, height: 900 });
    await plannedTable().locator("tbody label").first().click();
    await page.getByText("49 patrons selected").first().waitFor();
    await page.getByRole("button", { name: "Next page" }).click();
    await rowsShown(`Page 2: rows 51 to 100 of ${patrons}`);
    await page.getByText("49 patrons selected").first().waitFor();
    await page.getByRole("button", { name: "Clear", exact: true }).press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("plan-tick-page");
    await part("Update").click();
    await page.getByRole("button", { name: `Select all that fit the filters (${patrons - 8})` }).click();
    await page
      .getByText(`${patrons - 8} patrons selected`)
      .first()
      .waitFor();
    await isFine(page);
    await page.getByRole("button", { name: "Leave out selected" }).press("Enter");
    await wouldChange(change - (patrons - 8));
    // The page's check box has gone too: nobody is left whom the filter shows.
    await page.getByText("No patrons match these filters.").waitFor();
    await expect.poll(focused).toBe("Patron by patron");
    await part("Left out").click();
    await page.getByRole("button", { name: new RegExp(`^Bring back: Update \\(${patrons - 8}`) }).click();
    await wouldChange(change);
    await page.getByRole("combobox", { name: "What would happen" }).selectOption("");
  });

  it("says how many are selected in all, and the focus goes on from Stop when selecting has come to its end", async () => {
    await open(planned);
    await part("New record").click();
    await rowsShown(`${created.length} rows`);
    await plannedTable().getByText("Patron: all on this page").click();
    await part("Update").click();
    const held = Promise.withResolvers<void>();
    await page.route("**/plan/patron-ids?*", async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.getByRole("button", { name: `Select all that fit the filters (${patrons - 8})` }).click();
    await page.getByRole("button", { name: "Stop" }).focus();
    held.resolve();
    const all = `${patrons - 5} patrons selected`;
    await page.getByRole("region", { name: "The review at a glance" }).getByText(all).waitFor();
    await expect.poll(focused).toBe(all);
    await expect.poll(async () => (await visitor.spoken()).at(-1)?.sentence, { timeout: 20_000 }).toBe(`${all}.`);
    await page.unrouteAll({ behavior: "wait" });
    await isFine(page);
    await page.getByRole("combobox", { name: "What would happen" }).selectOption("");
  });

  it("goes on to the next row where the one that was pressed has gone", async () => {
    await open(planned);
    await rows().first().waitFor();
    await page.getByRole("combobox", { name: "What would happen" }).selectOption("CREATE");
    await rowsShown(`${created.length} rows`);
    const leaveOut = page.getByRole("button", { name: new RegExp(`^Leave out .*${created[0]}$`) });
    await leaveOut.focus();
    await page.keyboard.press("Enter");
    await rowsShown(`${created.length - 1} rows`);
    await expect.poll(focused).toContain(created[1]);
    await page.getByRole("combobox", { name: "What would happen" }).selectOption("EXCLUDED");
    await page.getByRole("button", { name: /^Bring back Last/ }).click();
    await page.getByText("No patrons match these filters.").waitFor();
    await expect.poll(focused).toBe("Patron by patron");
    await page.getByRole("combobox", { name: "What would happen" }).selectOption("");
  });

  it("goes on to the next row's same button where the row stays, so that a key pressed twice takes nothing back", async () => {
    await open(planned);
    await rows().first().waitFor();
    const change = patrons - unchanged.length - closed.length;
    const seen: string[] = [];
    await page.exposeFunction("heardAt", (said: string) => seen.push(said));
    await page.evaluate(hearCounts);
    await page.getByRole("button", { name: new RegExp(`^Leave out .*${ids[0]}$`) }).focus();
    for (const n of [1, 2, 3]) {
      await page.keyboard.press("Enter");
      await wouldChange(change - n);
      await expect.poll(focused).toMatch(new RegExp(`^Leave out .*${ids[n]}$`));
    }
    // What was said last is right, and nothing was said that had been out of date already.
    await expect.poll(() => seen.at(-1)?.split(" / ")[0], { timeout: 30_000 }).toBe(`${change - 3}`);
    for (const it of seen) {
      const [said, shown] = it.split(" / ");
      expect(Number(said), it).toBeLessThanOrEqual(Number(shown));
    }
    // No focus that was thought of then comes up later.
    const warning = page.getByRole("listitem").filter({ hasText: "Refill point below what the cartridges take" });
    await warning.getByRole("button", { name: /^Show these/ }).click();
    await rowsShown(`Page 1: rows 1 to 50 of ${warned.length}`);
    await warning.getByRole("button", { name: /^Leave out/ }).press("Enter");
    await wouldChange(change - warned.length);
    await expect.poll(focused).toMatch(/^Bring back: Refill/);
    await warning.getByRole("button", { name: /^Bring back/ }).press("Enter");
    await wouldChange(change);
    // The last one that can be left out is followed by the way to the next page.
    const last = page.getByRole("button", { name: new RegExp(`^Leave out .*${ids[49]}$`) });
    await last.press("Enter");
    await wouldChange(change - 1);
    await expect.poll(focused).toBe("Next page");
    await page.getByRole("button", { name: new RegExp(`^Bring back .*${ids[49]}$`) }).click();
    await wouldChange(change);
  });

  it("leaves out and brings back in the details, also who is in the list no longer", async () => {
    await open(planned);
    const change = patrons - unchanged.length - closed.length;
    await part("Update").click();
    await rowsShown(`Page 1: rows 1 to 50 of ${patrons - 8}`);
    await page.getByRole("button", { name: new RegExp(`^Details of .*${ids[0]}$`) }).click();
    const details = page.getByRole("complementary", { name: `Last ${ids[0]}, First` });
    await details.getByRole("button", { name: /^Leave out/ }).press("Enter");
    await wouldChange(change - 1);
    await rowsShown(`Page 1: rows 1 to 50 of ${patrons - 9}`);
    await expect.poll(focused).toBe(`Last ${ids[0]}, First`);
    await details.getByText("This patron is not on the current page of the list.").waitFor();
    await isFine(page);
    await details.getByRole("button", { name: /^Bring back/ }).press("Enter");
    await wouldChange(change);
    await details.getByRole("button", { name: /^Leave out/ }).waitFor();
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "detached" });
  });

  it("tells two patrons of one name apart, whatever is pressed", async () => {
    await open(planned);
    await rows().first().waitFor();
    for (const press of ["checkbox", "button"] as const) {
      for (const id of twins) {
        const its = plannedTable().getByRole(press, { name: new RegExp(`Twin.*${id}`) });
        expect(await its.count()).toBe(press === "checkbox" ? 1 : 2);
      }
      const names = await plannedTable()
        .getByRole(press)
        .evaluateAll((all) => all.map((it) => (it instanceof HTMLInputElement ? it.labels?.[0] : it)?.textContent));
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it("shows the columns that are wanted, and keeps them", async () => {
    await open(planned);
    await rows().first().waitFor();
    await page.getByText("Columns", { exact: true }).click();
    await page.getByRole("group", { name: "Columns of the table" }).getByText("Notes").click();
    await plannedTable().getByRole("columnheader", { name: "Notes" }).waitFor({ state: "detached" });
    await isFine(page);
    await page.reload();
    await rows().first().waitFor();
    expect(await plannedTable().getByRole("columnheader", { name: "Notes" }).count()).toBe(0);
    await page.getByText("Columns", { exact: true }).click();
    await page.getByRole("group", { name: "Columns of the table" }).getByText("Notes").click();
    await plannedTable().getByRole("columnheader", { name: "Notes" }).waitFor();
  });

  it("shows one patron beside the list, and gives the focus back to the row", async () => {
    await open(planned);
    await rows().first().waitFor();
    const [first, second] = ids;
    const button = (id: string | undefined) => page.getByRole("button", { name: new RegExp(`^Details of .*${id}$`) });
    await button(first).focus();
    await page.keyboard.press("Enter");
    const details = page.getByRole("complementary", { name: `Last ${first}, First` });
    await details.waitFor();
    expect(await focused()).toBe(`Last ${first}, First`);
    await details.getByText("NA – ").first().waitFor();
    const beside = await details.evaluate((it) => {
      const table = document.querySelector(".bench-list .table-frame");
      return table !== null && it.getBoundingClientRect().left >= table.getBoundingClientRect().right;
    });
    expect(beside).toBe(true);
    // The last column too is seen whole beside them.
    const cut = await page.locator(".bench-list .table-frame").evaluate((it) => it.scrollWidth - it.clientWidth);
    expect(cut).toBeLessThanOrEqual(0);
    await details.getByRole("heading", { name: "What would change" }).waitFor();
    await isFine(page);
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe(`plan-details-${first}`);
    await button(second).click();
    await page.reload();
    await page
      .getByRole("complementary", { name: `Last ${second}, First` })
      .getByText("As it is now")
      .waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    const below = await page.getByRole("complementary").evaluate((it) => {
      const table = document.querySelector(".bench-list .table-frame");
      return table !== null && it.getBoundingClientRect().top >= table.getBoundingClientRect().bottom;
    });
    expect(below).toBe(true);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole("complementary").getByRole("button", { name: "Close" }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe(`plan-details-${second}`);
    // Who stands on another page of the list is called by name all the same.
    await button(second).click();
    await page.getByRole("button", { name: "Next page" }).click();
    const elsewhere = page.getByRole("complementary", { name: `Last ${second}, First` });
    await elsewhere.getByText("This patron is not on the current page of the list.").waitFor();
    await elsewhere.getByText("NA – ").last().waitFor();
    await elsewhere.getByRole("button", { name: "Close" }).click();
  });
});

describe("what goes on elsewhere", () => {
  it("a review that was processed elsewhere says so at once, stays, and leads on", async () => {
    await open(planned);
    await reviewed(page);
    const job = jobs(product);
    // What has the focus goes with what can no longer be done.
    await processOpener(page).focus();
    const ended = await job.apply(await job.batch(planned.batchUpdateId));
    expect(ended.status).toMatch(/^COMPLETED/);
    await page.locator(".usa-alert__heading", { hasText: "This review was processed elsewhere" }).waitFor();
    await page.getByText(/^piedmont-administrator processed it, /).waitFor();
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Review the batch update");
    expect(await processOpener(page).count()).toBe(0);
    await expect.poll(focused).toContain("This review was processed elsewhere");
    // Nothing on it looks as if it could still be done, its title included, which goes on with the run.
    await expect.poll(() => page.title()).toMatch(/^Completed with errors: On the workbench – /);
    expect(await plannedTable().getByRole("checkbox").count()).toBe(0);
    expect(await page.getByRole("button", { name: /^(Select all|Leave out|Bring back)/ }).count()).toBe(0);
    await expect
      .poll(async () => (await visitor.spoken()).map(({ sentence }) => sentence).join(" "), { timeout: 60_000 })
      .toContain("This review was processed elsewhere");
    await isFine(page);
    await page.getByRole("link", { name: "Go to its result" }).click();
    await finished(page);
  });

  it("a run that ends before it can be canceled shows its result, says so, and brings no review back", async () => {
    await open(await plan("Too late to cancel", { refillPoint: 6 }));
    await reviewed(page);
    const atWork = gate(writesMedia);
    await faulty.faults.during(atWork.rule, async () => {
      await processNow(page);
      await page.getByRole("button", { name: "Cancel this batch update" }).click();
      await page.route("**/v1/batch-updates/*/cancel", async (route) => {
        atWork.open();
        await until(() => jobs(product).batch(batchUpdateId(page)), isOver);
        await route.continue();
      });
      // It is refused before the page has seen the end.
      const refused = page.waitForResponse(/\/cancel$/);
      await page.route("**/v1/batch-updates/*", async (route) => {
        await refused;
        await route.continue();
      });
      await page.getByRole("button", { name: "Yes, cancel it" }).click();
      await finished(page);
    });
    await page.getByText("It had ended before it could be canceled").waitFor();
    expect(await page.getByText("elsewhere").count()).toBe(0);
    expect(await page.title()).toMatch(/^Result: /);
    await expect
      .poll(async () => (await visitor.spoken()).map(({ sentence }) => sentence))
      .toContain("That did not work. The batch update is already “Completed with errors”.");
    await page.unrouteAll({ behavior: "wait" });
  });

  it("its own cancelling is no problem, nor news", async () => {
    const other = await plan("Not wanted", { serveCode: "WA" });
    await open(other);
    await reviewed(page);
    await page.getByRole("button", { name: "Cancel this batch update" }).click();
    await page.getByRole("button", { name: "Yes, cancel it" }).click();
    await page.getByRole("heading", { level: 1, name: "Result of the batch update" }).waitFor();
    expect(await page.getByText("elsewhere").count()).toBe(0);
    expect(await page.locator(".usa-alert--error").count()).toBe(0);
  });
});

describe("the result as a workbench", () => {
  it("has undo at most five stops from the heading, without scrolling", async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(planned);
    await finished(page);
    await isNear(page.getByRole("button", { name: /^Undo all/ }));
    await page.getByRole("heading", { level: 1 }).focus();
    await page.keyboard.press("Alt+Shift+KeyG");
    expect(await focused()).toMatch(/^Undo all/);
    // Nothing is left to be done: the way back is no more than offered.
    expect(await page.locator(".workbar-acts > .usa-button:not(.usa-button--outline)").count()).toBe(0);
    await page.getByRole("navigation", { name: "Steps of the job" }).getByText("Process (done)").waitFor();
    await rowsShown(`Page 1: rows 1 to 50 of ${patrons}`);
    await page.getByRole("button", { name: `Select everyone who was changed (${patrons - 5})` }).waitFor();
    await part("Record created").click();
    await page.getByRole("button", { name: `Select all that fit the filters (${created.length})` }).waitFor();
    await rowsShown(`${created.length} rows`);
    areTold(await statesSeen(page.getByRole("main")), ["Record created"]);
    await page.getByText("Patron: all on this page").click();
    await staysInView(
      "The result at a glance",
      `${patrons - 5} patrons changed out of ${patrons}: 3 no change, 2 blocked by a rule`,
      `${created.length} patrons selected`,
      `Undo the selected ${created.length} patrons`,
    );
    await isFine(page);
    await page.getByRole("button", { name: "Clear", exact: true }).press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("outcomes-tick-page");
    await page.getByRole("button", { name: new RegExp(`^Details of .*${created[0]}$`) }).click();
    await page
      .getByRole("complementary", { name: `Last ${created[0]}, First` })
      .getByText("They had no record in this medium and got one.")
      .waitFor();
    await isFine(page);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe(`outcomes-details-${created[0]}`);
  });

  it("is a report on paper: without what can only be operated", async () => {
    await open(planned);
    await finished(page);
    await page.emulateMedia({ media: "print" });
    await page.getByRole("heading", { level: 1, name: "Result of the batch update" }).waitFor();
    await page.getByText(`Completed with errors: ${patrons - 5} patrons changed`).waitFor();
    await page.getByText("The report of errors has 2 rows.").waitFor();
    await page.getByRole("table", { name: "Outcomes by patron" }).getByText(`Last ${ids[0]}, First`).first().waitFor();
    // The key of the bar is there to be read.
    const buttons = await page.getByRole("button").evaluateAll((all) => all.map((it) => it.className));
    expect(buttons.filter((it) => it !== "stacked-key")).toEqual([]);
    for (const operated of [page.getByRole("checkbox"), page.getByRole("combobox")])
      expect(await operated.count()).toBe(0);
    // Of the way through the pages there is which one this is, and of the bar the sum.
    const ways = page.getByRole("navigation");
    expect(await ways.evaluateAll((all) => all.map((it) => it.ariaLabel))).toEqual(["Pages of the outcomes"]);
    await ways.getByText(`Page 1: rows 1 to 50 of ${patrons}`).waitFor();
    const sum = page.getByRole("region", { name: "The result at a glance" });
    await sum
      .getByText(`${patrons - 5} patrons`)
      .first()
      .waitFor();
    await page.emulateMedia({ media: "screen" });
  });
});

cancelledRun(() => ({ faulty, page, withErrors: "On the workbench" }));

describe("the end of a run that nobody looks at", () => {
  it("stands in the title until somebody looks, and is told by a notice that was asked for at a press", async () => {
    const run = await plan("Looked away", { serveCode: "WA", addServiceQueue: true });
    await page.addInitScript(() => {
      // A window in the background cannot be had without a screen: who looks is said here, what is told is written down.
      const watched: Window["watched"] = { isLooking: true, told: [] };
      window.watched = watched;
      document.hasFocus = () => watched.isLooking;
      // This browser has no place to show a notice in, and refuses all: it consents here once it is asked.
      let permission: NotificationPermission = "default";
      globalThis.Notification = new Proxy(Notification, {
        get: (target, name) => {
          if (name === "permission") return permission;
          if (name !== "requestPermission") return Reflect.get(target, name);
          return async () => {
            permission = "granted";
            return permission;
          };
        },
        construct(target, [title, options]: [string, NotificationOptions]) {
          watched.told.push(`${title}: ${options.body}`);
          return new target(title, options);
        },
      });
    });
    const lookAway = (isLooking: boolean) =>
      page.evaluate((is) => {
        window.watched.isLooking = is;
        if (is) window.dispatchEvent(new Event("focus"));
      }, isLooking);
    const told = () => page.evaluate(() => window.watched.told);
    await open(run);
    await reviewed(page);
    expect(await page.getByLabel(/^Notify me when it ends/).count()).toBe(0);
    await page.getByText("Notify me when").waitFor({ state: "detached" });
    const atWork = gate(writesMedia);
    // The queues end after the run, and not between the same two looks.
    const fills = gate(({ functionName }) => functionName.startsWith("BatchManagerFill"));
    await faulty.faults.during(fills.rule, async () => {
      await faulty.faults.during(atWork.rule, async () => {
        await processNow(page);
        await page.getByText(/^Notify me when it ends/).click();
        await lookAway(false);
        atWork.open();
        await finished(page);
      });
      fills.open();
      await page.getByText("All queues are filled.").waitFor();
    });
    await expect.poll(() => page.title()).toMatch(/^Queues: \d+ filled — /);
    expect(await told()).toEqual([
      // How many of them are created depends on what ran before.
      expect.stringMatching(/^Done with errors: \d+ updated,.* 2 not: Looked away$/),
      expect.stringMatching(/^Queues: \d+ filled: Looked away$/),
    ]);
    await lookAway(true);
    await expect
      .poll(() => page.title())
      .toMatch(/^Result: \d+ patrons changed – Looked away – Batch Update Patron Profiles$/);
  });

  it("shows no queue as waiting that is filled", async () => {
    await page.locator("summary", { hasText: "Service queues by patron" }).click();
    const queues = page.getByRole("table", { name: "Service queues by patron" });
    await queues
      .getByRole("row", { name: /Filled/ })
      .first()
      .waitFor();
    expect(await queues.getByRole("row", { name: /Waiting/ }).count()).toBe(0);
    areTold(await statesSeen(queues), ["Filled"]);
    const outcomes = page.getByRole("table", { name: "Outcomes by patron" });
    await outcomes.getByText("Filled", { exact: true }).first().waitFor();
    expect(await outcomes.getByText("To be filled").count()).toBe(0);
    await isFine(page);
  });
});

it("broke no rule of the content security policy and threw no error on the way", () => {
  expect(visitor.faults).toEqual([]);
});
