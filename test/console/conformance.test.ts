import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { type RunningProduct, startProduct } from "#test/product";
import { accessibilityFindings, colorFindings, openBrowser, type Visitor, visit } from "./browser.ts";
import { batchUpdateId, finished, planCutoff, processNow, runQuery } from "./job.ts";
import { type Seen, statesSeen } from "./states.ts";

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
let support: Visitor;
/** What was seen at each address: a view is opened once for all that is asked of it. */
let views: readonly View[];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ samplePatrons: 120, sampleTitles: 5000 }), openBrowser()]);
  visitor = await visit(browser, product.url);
  support = await visit(browser, product.url, { as: "keystone-support", at: "/support" });
  views = [
    ...(await looks(visitor.page, await addressesOfLibrary())),
    ...(await looks(support.page, await addressesOfSupport())),
  ];
}, 900_000);
afterAll(async () => {
  await Promise.all([visitor?.close(), support?.close()]);
  await Promise.all([browser?.close(), product?.remove()]);
});

/** Addresses of the views of a library, with what they show at their fullest. */
async function addressesOfLibrary(): Promise<string[]> {
  const { page } = visitor;
  await runQuery(page);
  const querySet = new URL(page.url()).pathname;
  await planCutoff(page, 7);
  const reviewed = batchUpdateId(page);
  await page.goto(`${product.url}${querySet}`);
  await planCutoff(page, 8);
  await processNow(page);
  await finished(page);
  const job = jobs(product);
  const { importId } = await job.importLines("patrons", [patronLine("GONE"), patronLine("BAD", { branch: "NOWHERE" })]);
  const other = await job.querySet({ patronIds: ["P000001", "GONE"] });
  const spec = { medium: "DB", nightlyDebug: false, name: "At night" };
  const scheduled = await job.plan(other.querySetId, { ...spec, changes: { cutoff: 9 } });
  const at = new Date(Date.now() + 86_400_000).toISOString();
  const body = { planDigest: scheduled.plan?.digest, patronCount: scheduled.plan?.counts.update, at };
  expect((await job.call("POST", `/v1/batch-updates/${scheduled.batchUpdateId}/process`, body)).status).toBe(202);
  const erased = await job.call("POST", "/v1/patrons/GONE/erase", { reason: "Asked for" });
  const { erasureId } = z.object({ erasureId: z.string() }).parse(erased.body);
  return [
    "/",
    "/recipes",
    "/patrons",
    "/patrons/find",
    "/patron/P000001",
    "/query-sets",
    querySet,
    `${querySet}/batch-update`,
    `${querySet}/compare/${other.querySetId}`,
    "/batch-updates",
    `/batch-updates/${reviewed}`,
    `/batch-updates/${batchUpdateId(page)}`,
    `/batch-updates/${scheduled.batchUpdateId}`,
    "/imports",
    `/imports/${importId}`,
    "/exports",
    "/erasures",
    `/erasures/${erasureId}`,
    "/library",
    "/people",
    "/clients",
    "/audit",
  ];
}

/** Addresses of what support looks at. */
async function addressesOfSupport(): Promise<string[]> {
  const as = "keystone-support";
  const body = { reason: "Asked for" };
  const made = await product.call("POST", "/v1/support/libraries/lakeshore/export", { as, body });
  const { exportId } = z.object({ exportId: z.string() }).parse(made.body);
  const executions = await product.call("GET", "/v1/support/executions?workflow=apply", { as });
  const [run] = z
    .object({ items: z.array(z.object({ name: z.string(), subject: z.string() })).min(1) })
    .parse(executions.body).items;
  return [
    "/support",
    "/support/executions",
    `/support/executions/${run?.name}`,
    `/support/jobs/piedmont/${run?.subject}`,
    "/support/dead-letters",
    "/support/audit",
    "/libraries",
    "/libraries/new",
    `/libraries/lakeshore/export/${exportId}`,
  ];
}

async function look(page: Page, at: string): Promise<void> {
  await page.goto(product.url + at);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.waitForLoadState("networkidle");
}

/** What is seen of a view. Faults are empty where there are none. */
interface View {
  readonly at: string;
  readonly headings: number;
  readonly title: string;
  readonly help: readonly string[];
  readonly states: readonly Seen[];
  readonly focus: readonly string[];
  readonly axe: readonly string[];
  readonly dark: readonly string[];
  readonly cut: readonly string[];
  readonly small: readonly string[];
  /** Where what follows the heading begins at a zoom of 400 %, where the window is 320 by 256. */
  readonly contentAt: number;
}

async function looks(page: Page, addresses: readonly string[]): Promise<View[]> {
  const seen: View[] = [];
  for (const at of addresses) {
    await look(page, at);
    const heading = page.getByRole("heading", { level: 1 });
    const wide = {
      at,
      headings: await heading.count(),
      title: await page.title(),
      help: await page.getByRole("contentinfo").getByRole("link").allTextContents(),
      states: await statesSeen(page.getByRole("main")),
      focus: await focusFaults(page),
      axe: await accessibilityFindings(page),
      dark: await inTheDark(page),
      cut: await cutOff(page),
    };
    const small = await page.evaluate(smallTargets);
    await page.setViewportSize({ width: 320, height: 900 });
    small.push(...(await page.evaluate(smallTargets)));
    await page.setViewportSize({ width: 320, height: 256 });
    const contentAt = await heading.evaluate(endAndNext);
    await page.setViewportSize({ width: 1280, height: 900 });
    seen.push({ ...wide, small, contentAt });
  }
  return seen;
}

/** Goes from stop to stop: what is wrong with how the focus is shown. */
async function focusFaults(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press("Tab");
    // The way past the navigation slides in.
    const isRight = async () => (await page.evaluate(focusFault)) === "";
    const fault = async () => faults.push(`press ${n + 1}: ${await page.evaluate(focusFault)}`);
    await vi.waitUntil(isRight, { timeout: 10_000, interval: 10 }).catch(fault);
    if (await page.evaluate(() => document.activeElement === document.body)) break;
  }
  return faults;
}

/** What is wrong where the system asks for dark. */
async function inTheDark(page: Page): Promise<string[]> {
  await page.emulateMedia({ colorScheme: "dark" });
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const brightest = Math.max(...(ground.match(/\d+/g) ?? []).slice(0, 3).map(Number));
  const findings = await colorFindings(page);
  await page.emulateMedia({ colorScheme: "light" });
  return [...(brightest < 60 ? [] : [`stands on ${ground}`]), ...findings];
}

/** The spacing of text that WCAG's criterion 1.4.12 asks for. */
const wider = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }`;

/** What is cut off where lines, words and letters are set wider. */
async function cutOff(page: Page): Promise<string[]> {
  return await page.evaluate((rules) => {
    // A style sheet of the test's own: the page's policy lets nothing in line.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    document.adoptedStyleSheets = [sheet];
    const cut = [...document.querySelectorAll<HTMLElement>("body *")]
      .filter((it) => !it.matches(".usa-sr-only, .usa-sr-only *, select, option, input, svg, svg *"))
      .filter((it) => ["hidden", "clip"].includes(getComputedStyle(it).overflowY))
      .filter((it) => it.scrollHeight > it.clientHeight + 1 || it.scrollWidth > it.clientWidth + 1)
      .map((it) => it.outerHTML.slice(0, 120));
    document.adoptedStyleSheets = [];
    return cut;
  }, wider);
}

/** Of each view what is wrong with it, where anything is. */
const wrong = (faults: (view: View) => readonly string[]) =>
  views.flatMap((view) => faults(view).map((fault) => `${view.at}: ${fault}`));

describe("every view", () => {
  it("has one heading of the first level and a title of its own in every view", () => {
    expect(views.map(({ at, headings }) => [at, headings])).toEqual(views.map(({ at }) => [at, 1]));
    const titles = views.map(({ title }) => title);
    expect(titles.filter((title, place) => titles.indexOf(title) < place)).toEqual([]);
  });

  it("begins what its heading is about in the first 256 pixels at a zoom of 400 %, where the window is 320 by 256", () => {
    expect(views.filter(({ contentAt }) => !(contentAt < 230)).map(({ at, contentAt }) => [at, contentAt])).toEqual([]);
  });

  it("has nothing to press that is smaller than 24 pixels", () => {
    expect(wrong(({ small }) => small)).toEqual([]);
  });

  it("has nothing that axe finds fault with, by day and in the dark, where it is dark", () => {
    expect(wrong(({ axe }) => axe)).toEqual([]);
    expect(wrong(({ dark }) => dark)).toEqual([]);
  });

  it("shows each state of a list by a word and a shape, and no two by the same shape", () => {
    const twice = (states: readonly Seen[]) => new Set(states.map(({ shape }) => shape)).size < states.length;
    const untold = ({ states }: View) => states.filter(({ word, shape }) => word === "" || shape === "");
    expect(views.flatMap(untold)).toEqual([]);
    expect(views.filter(({ states }) => twice(states)).map(({ at, states }) => [at, states])).toEqual([]);
    const words = views.flatMap(({ states }) => states.map(({ word }) => word));
    expect(words).toEqual(expect.arrayContaining(["Update", "Updated", "Ready for review", "Scheduled", "Active"]));
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
      expect(await visitor.page.getByRole("main").getByRole("link").count(), at).toBeGreaterThan(0);
    }
    expect(titles.size).toBe(lost.length);
    await visitor.page.goto(`${product.url}/patron/GONE`);
    await expect
      .poll(async () => (await visitor.spoken()).map(({ sentence }) => sentence))
      .toContainEqual(expect.stringMatching(/^This patron (was|is being) erased\.$/));
    await visitor.page.getByRole("link", { name: "See the erasure" }).waitFor();
  });

  it("offers help in the same place in every view", async () => {
    expect(views.map(({ at, help }) => [at, ...help])).toEqual(views.map(({ at }) => [at, "Help", "Glossary"]));
    await visitor.page.getByRole("link", { name: "Glossary" }).click();
    await visitor.page.getByRole("heading", { level: 1, name: "Glossary" }).waitFor();
  });

  it("loses no text where lines, words and letters are set wider", () => {
    expect(wrong(({ cut }) => cut)).toEqual([]);
  });

  it("shows what has the focus, and hides it behind nothing", () => {
    expect(wrong(({ focus }) => focus)).toEqual([]);
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

/** Runs in the browser: where on the page the first thing after the heading begins. */
function endAndNext(heading: Element): number {
  const isNext = (it: Element) =>
    (heading.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 &&
    !heading.contains(it) &&
    it.checkVisibility() &&
    it.getBoundingClientRect().height > 1;
  const next = [...document.querySelectorAll("main *")].find(isNext);
  return (next?.getBoundingClientRect().top ?? Number.NaN) + scrollY;
}

/** Runs in the browser: what can be pressed and is smaller than the criterion 2.5.8 allows. */
function smallTargets(): string[] {
  const pressed =
    "button, summary, select, input, textarea, a.usa-button, nav a, td a, th a, dd a, p a, .usa-checkbox__label, .usa-radio__label";
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
