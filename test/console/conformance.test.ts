import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningProduct, startProduct } from "#test/product";
import { openBrowser, type Visitor, visit } from "./browser.ts";
import { batchUpdateId, finished, planCutoff, processNow, runQuery } from "./job.ts";

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
/** Addresses of views with what they show at their fullest. */
let addresses: string[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ samplePatrons: 120, sampleTitles: 5000 }), openBrowser()]);
  visitor = await visit(browser, product.url);
  const { page } = visitor;
  await runQuery(page);
  const querySet = new URL(page.url()).pathname;
  await planCutoff(page, 7);
  const reviewed = batchUpdateId(page);
  await page.goto(`${product.url}${querySet}`);
  await planCutoff(page, 8);
  await processNow(page);
  await finished(page);
  addresses = [
    "/",
    "/recipes",
    "/patrons",
    "/patrons/find",
    "/patron/P000001",
    "/query-sets",
    querySet,
    `${querySet}/batch-update`,
    "/batch-updates",
    `/batch-updates/${reviewed}`,
    `/batch-updates/${batchUpdateId(page)}`,
    "/imports",
    "/exports",
    "/erasures",
    "/library",
    "/people",
    "/clients",
    "/audit",
  ];
});
afterAll(async () => {
  await visitor?.close();
  await Promise.all([browser?.close(), product?.remove()]);
});

async function look(page: Page, at: string): Promise<void> {
  await page.goto(product.url + at);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForLoadState("networkidle");
}

/** The spacing of text that WCAG's criterion 1.4.12 asks for. */
const wider = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }`;

describe("every view", () => {
  it("has one heading of the first level and a title of its own in every view", async () => {
    const titles = new Map<string, string>();
    for (const at of addresses) {
      await look(visitor.page, at);
      expect(await visitor.page.getByRole("heading", { level: 1 }).count(), at).toBe(1);
      titles.set(at, await visitor.page.title());
    }
    // The two results and reviews of the same kind may be called the same; no two other views are.
    expect(new Set(titles.values()).size).toBe(addresses.length);
  });

  it("has its heading in the first 256 pixels at a zoom of 400 %, where the window is 320 by 256", async () => {
    await visitor.page.setViewportSize({ width: 320, height: 256 });
    for (const at of addresses) {
      await look(visitor.page, at);
      const box = await visitor.page.getByRole("heading", { level: 1 }).boundingBox();
      expect((box?.y ?? Number.NaN) + (await visitor.page.evaluate(() => scrollY)), at).toBeLessThan(230);
    }
    await visitor.page.setViewportSize({ width: 1280, height: 900 });
  });

  it("has nothing to press that is smaller than 24 pixels", async () => {
    for (const width of [1280, 320]) {
      await visitor.page.setViewportSize({ width, height: 900 });
      for (const at of addresses) {
        await look(visitor.page, at);
        expect(await visitor.page.evaluate(smallTargets), `${at} at ${width}`).toEqual([]);
      }
    }
    await visitor.page.setViewportSize({ width: 1280, height: 900 });
  });

  it("is told when it is not there: one heading of the first level, and a title of its own", async () => {
    const nowhere = "01m0000000000000000000000";
    const titles = new Set<string>();
    const lost = [
      "/nowhere",
      `/query-sets/${nowhere}`,
      `/batch-updates/${nowhere}`,
      "/patron/NOBODY",
      `/erasures/${nowhere}`,
      `/imports/${nowhere}`,
    ];
    const alike = [`/query-sets/${nowhere}/batch-update`, `/query-sets/${nowhere}/compare/${nowhere}`];
    for (const at of [...lost, ...alike]) {
      await visitor.page.goto(product.url + at);
      await visitor.page
        .getByRole("heading", { level: 1, name: /not found|does not exist|no longer|no patron/i })
        .waitFor();
      expect(await visitor.page.getByRole("heading", { level: 1 }).count(), at).toBe(1);
      titles.add(await visitor.page.title());
    }
    expect(titles.size).toBe(lost.length);
  });

  it("offers help in the same place in every view", async () => {
    for (const at of addresses) {
      await look(visitor.page, at);
      const footer = visitor.page.getByRole("contentinfo");
      expect(await footer.getByRole("link").allTextContents(), at).toEqual(["Help", "Glossary"]);
    }
    await visitor.page.getByRole("link", { name: "Glossary" }).click();
    await visitor.page.getByRole("heading", { level: 1, name: "Glossary" }).waitFor();
  });

  it("loses no text where lines, words and letters are set wider", async () => {
    for (const at of addresses) {
      await look(visitor.page, at);
      // A style sheet of the test's own: the page's policy lets nothing in line.
      await visitor.page.evaluate((rules) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(rules);
        document.adoptedStyleSheets = [sheet];
      }, wider);
      const cut = await visitor.page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>("body *")]
          .filter((it) => !it.matches(".usa-sr-only, .usa-sr-only *, select, option, input, svg, svg *"))
          .filter((it) => ["hidden", "clip"].includes(getComputedStyle(it).overflowY))
          .filter((it) => it.scrollHeight > it.clientHeight + 1 || it.scrollWidth > it.clientWidth + 1)
          .map((it) => it.outerHTML.slice(0, 120)),
      );
      expect(cut, at).toEqual([]);
    }
  });

  it("shows what has the focus, and hides it behind nothing", async () => {
    for (const at of addresses) {
      await look(visitor.page, at);
      for (let n = 0; n < 60; n++) {
        await visitor.page.keyboard.press("Tab");
        // The way past the navigation slides in.
        await expect
          .poll(() => visitor.page.evaluate(focusFault), { timeout: 10_000, message: `${at}, press ${n + 1}` })
          .toBe("");
        if (await visitor.page.evaluate(() => document.activeElement === document.body)) break;
      }
    }
  });

  it("acts when a press is let go, not when it begins", async () => {
    const { page } = visitor;
    await look(page, "/batch-updates");
    const link = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Audit" });
    const box = await link.boundingBox();
    if (box === null) throw new Error("The link has no place");
    await page.mouse.move(box.x + 5, box.y + 5);
    await page.mouse.down();
    await page.mouse.move(box.x + 5, box.y + 400);
    await page.mouse.up();
    expect(new URL(page.url()).pathname).toBe("/batch-updates");
  });
});

/** Runs in the browser: what can be pressed and is smaller than the criterion 2.5.8 allows, but for links within sentences. */
function smallTargets(): string[] {
  const pressed =
    "button, summary, select, input, textarea, a.usa-button, nav a, td a, th a, .usa-checkbox__label, .usa-radio__label";
  return [...document.querySelectorAll<HTMLElement>(pressed)]
    .filter((it) => !it.matches(".usa-checkbox__input, .usa-radio__input") && it.checkVisibility())
    .filter((it) => {
      const { width, height } = it.getBoundingClientRect();
      return width > 1 && (width < 24 || height < 24);
    })
    .map((it) => it.outerHTML.slice(0, 120));
}

/** Runs in the browser: what is wrong with how the element that has the focus is shown; empty where nothing is. */
function focusFault(): string {
  const it = document.activeElement;
  if (!(it instanceof HTMLElement) || it === document.body) return "";
  const name = it.outerHTML.slice(0, 120);
  // A check box of the design system is drawn by its label.
  const drawn = it.matches(".usa-checkbox__input, .usa-radio__input") ? it.nextElementSibling : it;
  if (!(drawn instanceof HTMLElement)) return `${name} is not drawn`;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(drawn);
  const before = getComputedStyle(drawn, "::before");
  const hasOutline = (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  if (!hasOutline && before.outlineStyle === "none") return `${name} shows no focus`;
  const { left, top, width, height } = drawn.getBoundingClientRect();
  if (width === 0 || height === 0) return `${name} has no size`;
  const x = Math.min(Math.max(left + width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(top + Math.min(height / 2, 20), 0), innerHeight - 1);
  const above = document.elementFromPoint(x, y);
  const isSeen = above !== null && (drawn.contains(above) || above.contains(drawn));
  return isSeen ? "" : `${name} is behind ${above?.outerHTML.slice(0, 80)}`;
}
