import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningProduct, startProduct } from "#test/product";
import { accessibilityFindings, jumped, openBrowser, overflowAt320, type Visitor, visit } from "./browser.ts";
import { fieldsWithoutHelp } from "./field-help.ts";
import { dayAhead, finished, planCutoff, processButton, processOpener, reviewed, runQuery } from "./job.ts";

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ samplePatrons: 300 }), openBrowser()]);
  visitor = await visit(browser, product.url);
});
afterAll(async () => {
  await visitor?.close();
  await Promise.all([browser?.close(), product?.remove()]);
});

async function look(page: Page, at: string): Promise<void> {
  await page.goto(product.url + at);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

const places = [
  ["/", "Imports, newest first", "table"],
  ["/recipes", "Recipes of the library", "table"],
  ["/patrons", "Saved query", "combobox"],
  ["/patrons/find", "All patrons, by ID", "table"],
  ["/imports", "Imports, newest first", "table"],
  ["/query-sets", "Query sets, newest first", "table"],
  ["/batch-updates", "Batch updates, newest first", "table"],
  ["/library", "Serve codes", "table"],
  ["/exports", "Exports, newest first", "table"],
  ["/audit", "Acts, newest first", "table"],
] as const;

describe("axe finds nothing", () => {
  it("on the sign-in page, and on the issuer's", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${product.url}/`);
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Sign in" }).click();
    const password = page.getByLabel("Password");
    await password.waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    const purposes = page.locator("form input:not([type=hidden])");
    expect(await purposes.evaluateAll((fields) => fields.map((field) => field.getAttribute("autocomplete")))).toEqual([
      "username",
      "current-password",
    ]);
    // True where nobody has prevented what a browser does by itself.
    const mayPaste = (field: Element) => field.dispatchEvent(new Event("paste", { bubbles: true, cancelable: true }));
    expect(await password.evaluate(mayPaste)).toBe(true);
    await context.close();
  });

  it("and nothing flashes there: what repeats takes its time", async () => {
    const { page } = visitor;
    await page.goto(`${product.url}/`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    const rounds = await page.evaluate(() => {
      const under = (rules: CSSRuleList): CSSRule[] =>
        [...rules].flatMap((rule) => (rule instanceof CSSGroupingRule ? [rule, ...under(rule.cssRules)] : [rule]));
      return [...document.styleSheets]
        .flatMap((sheet) => under(sheet.cssRules))
        .filter((rule) => rule instanceof CSSStyleRule)
        .filter(({ style }) => !["", "1"].includes(style.animationIterationCount))
        .map(({ style }) => Number.parseFloat(style.animationDuration));
    });
    expect(rounds.length).toBeGreaterThan(0);
    // Three flashes a second is what the rule allows at most.
    for (const seconds of rounds) expect(seconds).toBeGreaterThan(1 / 3);
  });

  for (const [at, name, role] of places) {
    it(`on ${at}, which also fits 320 pixels`, async () => {
      const { page } = visitor;
      await look(page, at);
      await page.getByRole(role, { name }).first().waitFor();
      await page.waitForLoadState("networkidle");
      // Above 0.25 browsers call it poor. What comes has its place, so that nobody presses something else than they meant.
      expect(await jumped(page)).toBeLessThan(0.2);
      expect(await accessibilityFindings(page)).toEqual([]);
      expect(await overflowAt320(page)).toEqual([]);
    });
  }

  it("on a page that does not exist, and says so", async () => {
    await look(visitor.page, "/nowhere");
    await visitor.page.getByRole("heading", { name: "This page does not exist" }).waitFor();
    expect(await accessibilityFindings(visitor.page)).toEqual([]);
  });

  it("while the settings are changed, right and wrong", async () => {
    const { page } = visitor;
    await look(page, "/library");
    await page.getByRole("button", { name: "Change the settings" }).click();
    await page.getByLabel("Default service queue size").fill("0");
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Save the settings" }).click();
    await page.getByRole("alert").waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowAt320(page)).toEqual([]);
  });

  it("on each step of the job, with its errors, warnings and refusals", async () => {
    const { page } = visitor;
    await look(page, "/patrons");
    await page.getByRole("button", { name: "Add a group" }).click();
    await page.getByRole("button", { name: "Run the query" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByText("Add more patrons by ID").click();
    expect(await fieldsWithoutHelp(page, ".builder")).toEqual([]);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowAt320(page)).toEqual([]);
    await page.getByRole("button", { name: "Start over" }).click();
    await runQuery(page);
    await page.getByRole("table", { name: "Patrons of the query set" }).waitFor();
    await page.getByRole("table", { name: "Patrons by branch" }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowAt320(page)).toEqual([]);

    await page.getByRole("link", { name: /Use this query set/ }).click();
    await page.getByText("Presets: use or save choices by name").click();
    for (const field of ["Status", "Serve Code", "Delivery Method", "Cutoff", "Refill Point"]) {
      await page.getByRole("group", { name: field, exact: true }).getByText("Set", { exact: true }).click();
    }
    await page.getByRole("group", { name: "Next Service Date" }).getByText("Spread over days").click();
    await page.getByRole("button", { name: "Plan and review" }).click();
    await page.getByRole("alert").waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowAt320(page)).toEqual([]);
    expect(await fieldsWithoutHelp(page)).toEqual([]);
    await page.getByLabel("Medium (required)").selectOption("DB");
    for (const field of ["Status", "Delivery Method", "Cutoff"]) {
      await page
        .getByRole("group", { name: `${field} Set`, exact: true })
        .getByText("Leave as is", { exact: true })
        .click();
    }
    await page.getByLabel("New Serve Code").selectOption("OA");
    await page.getByLabel("New Refill Point").fill("15");
    await page.getByLabel("First day").fill(dayAhead(30));
    await page.getByLabel("Patrons on each day").fill("10");
    await page.getByText("Add and fill a service queue").click();
    await page.getByRole("button", { name: "Plan and review" }).click();

    await reviewed(page);
    expect(await page.getByText("On demand, with requests waiting").count()).toBeGreaterThan(0);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowAt320(page)).toEqual([]);
    await page.getByRole("button", { name: "Cancel this batch update" }).click();
    await page.getByRole("dialog").waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "No, keep it" }).click();
    await processOpener(page).click();
    await page.getByRole("dialog", { name: "Process" }).waitFor();
    expect(await fieldsWithoutHelp(page, "dialog form")).toEqual([]);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowAt320(page)).toEqual([]);
    await processButton(page).click();
    await page.getByRole("heading", { level: 1, name: /Updating patrons|Result/ }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await finished(page);
    await page.locator("summary", { hasText: "Service queues by patron" }).click();
    await page.getByRole("table", { name: "Service queues by patron" }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowAt320(page)).toEqual([]);

    await page.getByRole("table", { name: "Outcomes by patron" }).getByRole("link").first().click();
    await page.getByRole("list", { name: "What was changed, newest first" }).waitFor();
    await page.locator("summary", { hasText: "Service queue of DB" }).click();
    await page.getByRole("table", { name: /^Service queue of DB/ }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowAt320(page)).toEqual([]);
  });
});

describe("help", () => {
  const forms = [
    ["/library", "Change the settings"],
    ["/recipes", undefined],
    ["/people", undefined],
    ["/clients", undefined],
    ["/imports", undefined],
    ["/exports", undefined],
    ["/patron/P000001", "Edit this record"],
  ] as const;
  it.each(forms)("stands beside each field of %s that somebody new would ask about", async (at, opener) => {
    const { page } = visitor;
    await look(page, at);
    if (opener !== undefined) await page.getByRole("button", { name: opener }).first().click();
    await page.locator("main form").first().waitFor();
    expect(await fieldsWithoutHelp(page)).toEqual([]);
  });
});

describe("for every role", () => {
  it("tells staff who processes what they have prepared", async () => {
    const { page, faults, close } = await visit(browser, product.url, { as: "piedmont-staff" });
    await runQuery(page);
    await planCutoff(page, 53);
    await page.getByText("An administrator processes this").waitFor();
    expect(await processOpener(page).count()).toBe(0);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it("asks support for the library before anything else, from a list", async () => {
    const { page, faults, close } = await visit(browser, product.url, { as: "keystone-support", at: "/batch-updates" });
    await page.getByRole("heading", { level: 1, name: "Which library?" }).waitFor();
    await page.getByRole("button", { name: "Work in this library" }).click();
    await page.getByText("Choose a library.", { exact: true }).waitFor();
    await page.getByText("Give a reason, such as the number of the library’s request.").waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByLabel("Library", { exact: true }).selectOption("lakeshore");
    await page.getByRole("textbox", { name: "Reason" }).fill("Request 4711: Größe prüfen");
    await page.getByRole("button", { name: "Work in this library" }).click();
    await page.getByRole("table", { name: "Batch updates, newest first" }).waitFor();
    await page.getByRole("banner").getByText("Lakeshore").waitFor();
    // What needs support comes first, also while it works in a library.
    await page.goto(`${product.url}/`);
    await page.waitForURL(`${product.url}/support`);
    await page.getByRole("banner").getByText("Lakeshore").waitFor();
    expect(faults).toEqual([]);
    await close();
  });
});

describe("for every way of seeing", () => {
  it("draws the edges of fields at 3 to 1, by day and by night", async () => {
    const { page } = visitor;
    await look(page, "/patrons");
    await page.getByRole("combobox", { name: "Saved query" }).waitFor();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const contrasts = await page.evaluate(contrastOfEdges);
      expect(contrasts.length).toBeGreaterThan(0);
      expect(Math.min(...contrasts), colorScheme).toBeGreaterThanOrEqual(3);
    }
    await page.emulateMedia({ colorScheme: "light" });
  });

  it("moves what stands for the text that comes, but not where that is not wanted", async () => {
    const { page } = visitor;
    const held = Promise.withResolvers<void>();
    await page.route("**/v1/batch-updates?*", async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.goto(`${product.url}/batch-updates`);
    const bar = page.locator(".skeleton span").first();
    const moving = () => bar.evaluate((it) => getComputedStyle(it).animationName);
    // The bars of the page that is fetched give way to those of its list.
    await expect.poll(moving).toBe("skeleton");
    await page.emulateMedia({ reducedMotion: "reduce" });
    await expect.poll(moving).toBe("none");
    // What a shortcut opens is seen meanwhile, too: for as long as the service is away, nothing else may come.
    await page.keyboard.press("Alt+Shift+KeyJ");
    const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await list.waitFor();
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "hidden" });
    held.resolve();
    await page.getByRole("table", { name: "Batch updates, newest first" }).waitFor();
    await page.unrouteAll({ behavior: "wait" });
    await page.emulateMedia({ reducedMotion: "no-preference" });
  });

  it("keeps the marked place visible in forced colours, and slides nothing where that is not wanted", async () => {
    const { page } = visitor;
    await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
    await look(page, "/batch-updates");
    const marked = page.getByRole("navigation", { name: "Main" }).locator('[aria-current="page"]');
    expect(await marked.evaluate((it) => getComputedStyle(it).textDecorationLine)).toBe("underline");
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll("*")].filter(
          (it) => Number.parseFloat(getComputedStyle(it).transitionDuration) > 0,
        ).length,
    );
    expect(moving).toBe(0);
    await page.emulateMedia({ forcedColors: "none", reducedMotion: "no-preference" });
  });

  it("broke no rule of the content security policy and threw no error on the way", () => {
    expect(visitor.faults).toEqual([]);
  });
});

/** Runs in the browser: the contrast of each field's edge with what the page stands on. */
function contrastOfEdges(): number[] {
  const luminance = (color: string) => {
    const [red, green, blue] = (color.match(/^rgb\((\d+), (\d+), (\d+)\)$/) ?? []).slice(1).map((it) => {
      const part = Number(it) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (red ?? Number.NaN) + 0.7152 * (green ?? Number.NaN) + 0.0722 * (blue ?? Number.NaN);
  };
  const ground = luminance(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll<HTMLElement>(".usa-input, .usa-select, .usa-textarea")]
    .filter((it) => it.checkVisibility())
    .map((it) => luminance(getComputedStyle(it).borderTopColor))
    .map((edge) => (Math.max(edge, ground) + 0.05) / (Math.min(edge, ground) + 0.05));
}
