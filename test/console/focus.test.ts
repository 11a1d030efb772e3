import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningProduct, startProduct } from "#test/product";
import { openBrowser, type Visitor, visit } from "./browser.ts";
import { runQuery } from "./job.ts";

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
/** Address of a query set, once there is one. */
let querySet: string;
beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ samplePatrons: 160, sampleTitles: 5000 }), openBrowser()]);
  const preset = { name: "Weekly", changes: { serveCode: "WA" } };
  expect((await product.call("POST", "/v1/presets", { body: preset })).status).toBe(201);
  visitor = await visit(browser, product.url);
});
afterAll(async () => {
  await visitor?.close();
  await Promise.all([browser?.close(), product?.remove()]);
});

/** What has the focus; never the page itself, from where somebody without a pointer would begin at the top again. */
async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const it = document.activeElement;
    if (it === null || it === document.body) return "the page";
    return (it.getAttribute("aria-label") ?? it.textContent ?? "").trim() || it.id || it.tagName;
  });
}

/** Presses something by the keyboard and, when what it leads to is there, sees that the focus has gone on. */
async function act(
  page: Page,
  it: Locator,
  done: Locator,
  state: "visible" | "attached" | "detached" = "visible",
): Promise<void> {
  const name = `${it}`;
  await it.focus();
  await page.keyboard.press("Enter");
  await done.waitFor({ state });
  // What fades away may take the focus a moment later.
  await page.waitForLoadState("networkidle");
  await expect.poll(() => focused(page), { message: name, timeout: 20_000 }).not.toBe("the page");
}

/** A form, how its mistakes are made, and how they are put right. Fields go by their labels. */
interface Form {
  readonly view: string;
  readonly at: () => string;
  readonly open?: string;
  readonly set?: string;
  readonly wrong?: Readonly<Record<string, string>>;
  readonly send: string;
  readonly fill: Readonly<Record<string, string>>;
  readonly choose?: Readonly<Record<string, number>>;
}

describe("after each act the focus goes on", () => {
  it("in a query that is put together and taken apart", async () => {
    const { page } = visitor;
    const group = (name: string) => page.getByRole("group", { name, exact: true });
    const add = page.getByRole("button", { name: "Add a condition", exact: true });
    await act(page, add, group("Condition 2"));
    await act(page, add, group("Condition 3"));
    await act(page, page.getByRole("button", { name: "Add a group", exact: true }), group("Group 4"));
    await act(page, page.getByRole("button", { name: "Add a condition to group 4" }), group("Condition 4.2"));
    await act(page, page.getByRole("button", { name: "Remove condition 4.2" }), group("Condition 4.2"), "detached");
    await act(page, page.getByRole("button", { name: "Remove condition 4.1" }), group("Condition 4.1"), "detached");
    await act(page, page.getByRole("button", { name: "Remove group 4" }), group("Group 4"), "detached");
    await act(page, page.getByRole("button", { name: "Remove condition 1" }), group("Condition 3"), "detached");
    // The next one's own button, to go on removing.
    expect(await focused(page)).toBe("Remove condition 1");
    await act(page, page.getByRole("button", { name: "Remove condition 1" }), group("Condition 2"), "detached");
    await act(page, page.getByRole("button", { name: "Remove condition 1" }), group("Condition 1"), "detached");
    expect(await focused(page)).toBe("Add a condition");
    await act(page, page.getByRole("button", { name: "Run the query" }), page.getByRole("alert"));
    await act(page, page.getByRole("button", { name: "Start over" }), group("Condition 1"));
  });

  it("in what is kept by name: saved, opened, deleted, each answer of its question", async () => {
    const { page } = visitor;
    await page.getByLabel("Value", { exact: true }).selectOption("DB");
    await page.getByLabel("Save these conditions as").fill("Everyone with books");
    const saved = page.getByLabel("Saved query", { exact: true });
    const option = saved.getByText("Everyone with books");
    await act(page, page.getByRole("button", { name: "Save the query" }), option, "attached");
    await saved.selectOption({ label: "Everyone with books" });
    await act(
      page,
      page.getByRole("button", { name: "Open", exact: true }),
      page.getByRole("group", { name: "Condition 1" }),
    );
    const dialog = page.getByRole("dialog");
    const remove = page.getByRole("button", { name: "Delete", exact: true }).first();
    await act(page, remove, dialog);
    // A key that is pressed once too often deletes nothing.
    expect(await focused(page)).toBe("Cancel");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect(await focused(page)).toBe("Delete");
    await act(page, remove, dialog);
    await act(page, dialog.getByRole("button", { name: "Delete" }), dialog, "detached");
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("saved-query");
  });

  it("in a query set: left out, brought back, searched, filtered, page by page, and named", async () => {
    const { page } = visitor;
    await page.reload();
    await runQuery(page);
    querySet = new URL(page.url()).pathname;
    const table = page.getByRole("table", { name: "Patrons of the query set" });
    const tick = (n: number) => table.getByRole("checkbox").nth(n);
    for (let n = 0; n < 3; n++) {
      await tick(n).focus();
      await page.keyboard.press("Space");
      await act(page, page.getByRole("button", { name: "Leave out selected" }), table.getByText("Left out").nth(n));
      expect(await focused(page)).toBe("Leave out selected");
    }
    await tick(0).focus();
    await page.keyboard.press("Space");
    await act(page, page.getByRole("button", { name: "Bring back selected" }), page.getByText("0 patrons selected"));
    const next = page.getByRole("button", { name: "Next page" });
    await act(page, next, page.getByText(/^Page 2: rows/).first());
    await act(page, page.getByRole("button", { name: "Previous page" }), page.getByText(/^Page 1: rows/).first());
    const search = page.getByLabel("Patron ID, or beginning of last or first name");
    await search.fill("a");
    await search.focus();
    await page.keyboard.press("Enter");
    const clear = page.getByRole("button", { name: "Clear search" });
    await clear.waitFor();
    expect(await focused(page)).not.toBe("the page");
    await act(page, clear, clear, "detached");
    await page.getByLabel("Medium", { exact: true }).focus();
    await page.getByLabel("Medium", { exact: true }).selectOption("BR");
    await page.waitForLoadState("networkidle");
    expect(await focused(page)).not.toBe("the page");
    const rename = page.getByText("Give this query set a name");
    await rename.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Books");
    await act(page, page.getByRole("button", { name: "Save the name" }), page.getByText("Rename this query set"));
    await act(
      page,
      page.getByRole("button", { name: /^Refresh/ }),
      page.getByRole("heading", { name: "Results to review" }),
    );
  });

  it("where people and clients come and go, and where something fails", async () => {
    const { page } = visitor;
    await page.goto(`${product.url}/people`);
    await page.getByRole("textbox", { name: "Name" }).fill("Ada Byron");
    await page.getByRole("textbox", { name: "Email" }).fill("ada@piedmont.example");
    await act(
      page,
      page.getByRole("button", { name: "Invite", exact: true }),
      page.getByText("Ada Byron was invited."),
    );
    await act(
      page,
      page.getByRole("button", { name: "I have passed it on" }),
      page.getByLabel("Invitation"),
      "detached",
    );
    const row = page.getByRole("row", { name: /Ada Byron/ });
    // Slow enough that who goes on at once is ahead of the list: what is pressed then is answered all the same.
    await page.route("**/v1/people*", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await route.continue();
    });
    const dialog = page.getByRole("dialog");
    for (const [button, told] of [
      ["Disable", "Ada Byron was disabled."],
      ["Remove", "Ada Byron was removed."],
    ] as const) {
      await act(page, row.getByRole("button", { name: button }), dialog);
      expect(await focused(page)).toBe("Cancel");
      await act(page, dialog.getByRole("button", { name: button }), page.getByText(told));
    }
    await act(page, page.getByRole("button", { name: "Make staff" }), dialog);
    await act(page, dialog.getByRole("button", { name: "Make staff" }), page.getByText("This cannot be done"));
    // The failure itself: what was pressed is far from it.
    expect(await focused(page)).toContain("This cannot be done");
    await expect
      .poll(async () => (await visitor.spoken()).map(({ sentence }) => sentence))
      .toContainEqual(expect.stringMatching(/^That did not work\. ./));
    await page.unrouteAll({ behavior: "wait" });

    await page.goto(`${product.url}/clients`);
    await page.getByRole("textbox", { name: "Name" }).fill("Nightly sync");
    await act(
      page,
      page.getByRole("button", { name: "Create client" }),
      page.getByLabel("Client secret", { exact: true }),
    );
    await act(
      page,
      page.getByRole("button", { name: "I have stored it" }),
      page.getByLabel("Client secret", { exact: true }),
      "detached",
    );
    const client = page.getByRole("row", { name: /Nightly sync/ });
    await act(page, client.getByRole("button", { name: "Remove" }), dialog);
    await act(page, dialog.getByRole("button", { name: "Remove" }), page.getByText("Nightly sync was removed."));
  });

  it("where what is wrong is put right, each error goes as soon as it is", async () => {
    const { page } = visitor;
    await page.goto(`${product.url}/people`);
    await act(page, page.getByRole("button", { name: "Invite", exact: true }), page.getByRole("alert"));
    await page.getByRole("alert").getByText("Please fix 2 things").waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("A");
    await page.getByRole("alert").getByText("Please fix one thing").waitFor();
    await page.getByRole("textbox", { name: "Email" }).fill("a@piedmont.example");
    await page.getByRole("alert").waitFor({ state: "detached" });
    expect(await page.getByRole("textbox", { name: "Email" }).getAttribute("aria-invalid")).toBeNull();
  });

  it.each<Form>([
    {
      view: "the recipe",
      at: () => "/recipes",
      send: "Save the recipe",
      fill: { "Name (required)": "Monthly" },
      choose: { "Saved query (required)": 1, "Preset (required)": 1, "Medium (required)": 1 },
    },
    {
      view: "the settings",
      at: () => "/library",
      open: "Change the settings",
      wrong: { "Default service queue size": "0", "Time zone": "Nowhere" },
      send: "Save the settings",
      // As they were: nothing is left to be lost, so that nothing is asked before the next view.
      fill: { "Default service queue size": "20", "Time zone": "America/New_York" },
    },
    {
      view: "the choices of a batch update",
      at: () => `${querySet}/batch-update`,
      set: "Cutoff",
      wrong: { "New Cutoff": "" },
      send: "Plan and review",
      fill: { "New Cutoff": "7" },
      choose: { "Medium (required)": 1 },
    },
  ])("where what is wrong in $view is put right, each error goes with it", async (form) => {
    const { at, open, set, wrong = {}, send, fill, choose = {} } = form;
    const { page } = visitor;
    await page.goto(product.url + at());
    if (open !== undefined) await page.getByRole("button", { name: open }).click();
    if (set !== undefined) await page.getByRole("group", { name: set }).getByText("Set", { exact: true }).click();
    for (const [label, text] of Object.entries(wrong)) await page.getByLabel(label, { exact: true }).fill(text);
    await act(page, page.getByRole("button", { name: send }), page.getByRole("alert"));
    const steps = [
      ...Object.entries(fill).map(
        ([label, text]) =>
          () =>
            page.getByLabel(label, { exact: true }).fill(text),
      ),
      ...Object.entries(choose).map(
        ([label, index]) =>
          () =>
            page.getByLabel(label).selectOption({ index }),
      ),
    ];
    for (const left of steps.keys()) {
      const many = steps.length - left;
      await page
        .getByRole("alert")
        .getByText(many === 1 ? "Please fix one thing" : `Please fix ${many} things`)
        .waitFor();
      await steps[left]?.();
    }
    await page.getByRole("alert").waitFor({ state: "detached" });
    expect(await page.locator('[aria-invalid="true"]').count()).toBe(0);
  });

  it("where the menu, the shortcuts and the help beside a field open and close", async () => {
    const { page, faults } = visitor;
    await page.setViewportSize({ width: 320, height: 600 });
    // Somebody is faster than the answer that says who it is.
    let known = () => {};
    const isKnown = new Promise<void>((resolve) => {
      known = resolve;
    });
    await page.route("**/v1/me", async (route) => {
      await isKnown;
      await route.continue();
    });
    await page.goto(`${product.url}/recipes`);
    const menu = page.getByRole("button", { name: "Menu" });
    const main = page.getByRole("navigation", { name: "Main" });
    const home = main.getByRole("link", { name: "Home" });
    await menu.focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => menu.getAttribute("aria-expanded")).toBe("true");
    expect(await main.getByRole("link").count()).toBe(0);
    known();
    await home.waitFor();
    await page.unroute("**/v1/me");
    expect(await focused(page)).toContain("Home");
    await page.keyboard.press("Escape");
    await home.waitFor({ state: "hidden" });
    expect(await focused(page)).toBe("Menu");
    await page.setViewportSize({ width: 1280, height: 900 });

    const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await act(page, page.getByRole("button", { name: "Keyboard shortcuts" }), list);
    expect(await focused(page)).toBe("Keyboard shortcuts");
    await page.keyboard.press("Alt+Shift+KeyH");
    await list.getByLabel("Use these shortcuts in this browser").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "detached" });
    expect(await focused(page)).toBe("Keyboard shortcuts");
    await page.keyboard.press("Alt+Shift+KeyH");
    expect(new URL(page.url()).pathname).toBe("/recipes");
    await page.keyboard.press("Enter");
    await list.getByLabel("Use these shortcuts in this browser").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "detached" });
    // Whoever presses the button again in the very moment after Escape is answered too.
    await page.keyboard.press("Enter");
    await list.waitFor();
    await page.evaluate(() => {
      const dialog = document.querySelector<HTMLDialogElement>("dialog[open]");
      if (dialog?.dispatchEvent(new Event("cancel", { cancelable: true })) === true) dialog.close();
      [...document.querySelectorAll("button")].find((it) => it.textContent.trim() === "Keyboard shortcuts")?.click();
    });
    await page.waitForLoadState("networkidle");
    await list.waitFor();
    await page.keyboard.press("Escape");
    await list.waitFor({ state: "detached" });
    await page.keyboard.press("Alt+Shift+KeyF");
    await page.getByRole("heading", { level: 1, name: "Find patrons" }).waitFor();
    await page.keyboard.press("Alt+Shift+KeyG");
    expect(await focused(page)).toBe("Run the query");
    await page.keyboard.press("Alt+Shift+KeyJ");
    await list.waitFor();
    await page.keyboard.press("Escape");
    expect(await focused(page)).toBe("Run the query");

    await page.goto(`${product.url}/recipes`);
    const help = page.getByRole("button", { name: "What does Nightly Debug mean?" });
    await act(page, help, page.getByText(/^A check box of the medium record, read by nightly processing/));
    expect(await help.getAttribute("aria-expanded")).toBe("true");
    const entry = page.getByRole("link", { name: /^Nightly Debug in the glossary/ });
    expect(await entry.getAttribute("href")).toBe("/docs/glossary#nightly-debug");
    await act(page, help, entry, "detached");
    expect(faults).toEqual([]);
  });
});
