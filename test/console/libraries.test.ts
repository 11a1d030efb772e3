import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type RunningProduct, startProduct } from "#test/product";
import { accessibilityFindings, openBrowser, type Visitor, visit } from "./browser.ts";
import { isFine } from "./fine.ts";
import { confirmed, focused } from "./job.ts";

let product: RunningProduct;
let browser: Browser;
let support: Visitor;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  support = await visit(browser, product.url, { as: "keystone-support", at: "/libraries" });
});
afterAll(async () => {
  await support?.close();
  await Promise.all([browser?.close(), product?.remove()]);
});

describe("support", () => {
  it("makes a library with a reason, before it has chosen one to work in", async () => {
    const { page } = support;
    await page.getByRole("table", { name: "Libraries, by ID" }).getByText("piedmont", { exact: true }).waitFor();
    await isFine(page);
    await page.getByRole("link", { name: "New library" }).click();
    await page.getByRole("heading", { level: 1, name: "New library" }).waitFor();
    await page.getByRole("button", { name: "Create library" }).click();
    await page.getByRole("alert").getByText("Give a reason.").waitFor();
    await isFine(page);
    await page.getByLabel("ID", { exact: true }).fill("riverside");
    await page.getByRole("textbox", { name: "Name" }).fill("Riverside Talking Books");
    await page.getByLabel("Start with the settings of").selectOption("piedmont");
    await page.getByRole("textbox", { name: "Reason" }).fill("Contract 17");
    await page.getByRole("button", { name: "Create library" }).click();
    await page
      .getByRole("row", { name: /Riverside Talking Books/ })
      .getByText("Active", { exact: true })
      .waitFor();
  });

  it("chooses a library from a list, which is looked at before it is accepted, and another one in the header", async () => {
    const { page } = support;
    await page.goto(`${product.url}/library`);
    await page.getByRole("heading", { level: 1, name: "Which library?" }).waitFor();
    await page.getByLabel("Library", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Work in this library" }).click();
    await page.getByText("Choose a library.", { exact: true }).waitFor();
    await page.getByText("Give a reason, such as the number of the library’s request.").waitFor();
    await isFine(page);
    await page.getByRole("textbox", { name: "Reason" }).fill("Request 4711");
    // A list that is out of date names a library that has gone.
    await page.getByLabel("Library", { exact: true }).evaluate((select) => {
      if (!(select instanceof HTMLSelectElement)) throw new Error("no list");
      const option = select.options[1];
      if (option !== undefined) option.value = "gone";
    });
    await page.getByLabel("Library", { exact: true }).selectOption("gone");
    await page.getByRole("button", { name: "Work in this library" }).click();
    await page.getByText("This was not found in your library").waitFor();
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Which library?" }).waitFor();

    await page.getByLabel("Library", { exact: true }).selectOption("riverside");
    await page.getByRole("textbox", { name: "Reason" }).fill("Request 4711");
    await page.getByRole("button", { name: "Work in this library" }).click();
    await page.getByRole("banner").getByText("Riverside Talking Books").waitFor();
    const heading = page.getByRole("heading", { level: 1, name: "Library settings" });
    await heading.waitFor();
    // The page was loaded anew, and goes on where the press left off.
    await expect.poll(() => heading.evaluate((it) => it === document.activeElement)).toBe(true);
    await expect
      .poll(async () => (await support.spoken()).map(({ sentence }) => sentence))
      .toContain("You are working in Riverside Talking Books.");

    await page.getByRole("button", { name: "Switch library or reason" }).click();
    await page.getByRole("dialog").getByLabel("Library", { exact: true }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Switch library or reason" }).click();
    await page.getByRole("dialog").getByLabel("Library", { exact: true }).selectOption("lakeshore");
    await page.getByRole("dialog").getByRole("textbox", { name: "Reason" }).fill("Request 4712");
    await confirmed(page, "Work in this library");
    await page.getByRole("banner").getByText("Lakeshore").waitFor();
  });

  it("suspends a library and takes it back, each with a reason", async () => {
    const { page, faults } = support;
    await page.getByRole("link", { name: "Libraries", exact: true }).click();
    const row = page.getByRole("row", { name: /riverside/ });
    await row.getByRole("button", { name: "Suspend" }).click();
    await page.getByRole("dialog", { name: "Suspend Riverside Talking Books?" }).waitFor();
    await confirmed(page, "Suspend");
    await page.getByText("Give a reason.").waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole("dialog").getByRole("textbox", { name: "Reason" }).fill("Unpaid since May");
    await confirmed(page, "Suspend");
    await page.getByText("Riverside Talking Books is suspended.").waitFor();
    await row.getByText("Suspended", { exact: true }).waitFor();
    await row.getByRole("button", { name: "Reinstate" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Reason" }).fill("Paid");
    await confirmed(page, "Reinstate");
    await row.getByText("Active", { exact: true }).waitFor();
    const listSchema = z.object({ items: z.array(z.looseObject({ library: z.string(), suspended: z.boolean() })) });
    const { body } = await product.call("GET", "/v1/support/libraries", { as: "keystone-support" });
    expect(listSchema.parse(body).items.find(({ library }) => library === "riverside")?.suspended).toBe(false);
    expect(faults).toEqual([]);
  });

  it("takes everything along that a library has, with a reason, as files behind an address that stays", async () => {
    const { page, faults } = support;
    await page.getByRole("link", { name: "Libraries", exact: true }).click();
    await page
      .getByRole("row", { name: /^piedmont/ })
      .getByRole("button", { name: "Export everything" })
      .click();
    const asked = page.getByRole("dialog", { name: "Export everything that Piedmont Talking Book Library has?" });
    await asked.getByRole("textbox", { name: "Reason" }).fill("Contract 4 ended");
    await isFine(page);
    await confirmed(page, "Export");
    await page.getByRole("heading", { level: 1, name: "Everything that Piedmont Talking Book Library has" }).waitFor();
    const files = page.getByRole("table", { name: "Files of this export" });
    await files.getByRole("row", { name: /^Audit/ }).waitFor();
    expect(await files.locator("tbody tr").count()).toBe(5);
    await isFine(page);
    await page.reload();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      files.getByRole("button", { name: "Download audit.jsonl" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^piedmont-\d{4}-\d\d-\d\d-audit\.jsonl$/);
    const rows = await files
      .getByRole("row", { name: /^Audit/ })
      .getByRole("cell")
      .first()
      .textContent();
    const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\n");
    expect(lines.length.toLocaleString("en-US")).toBe(rows);
    expect(faults).toEqual([]);
  });

  it("deletes a library in a week, with its id typed again and a reason, and takes it back, by keyboard alone", async () => {
    const { page, faults } = support;
    await page.getByRole("link", { name: "Libraries", exact: true }).click();
    const row = page.getByRole("row", { name: /riverside/ });
    const asked = page.getByRole("dialog", { name: "Delete Riverside Talking Books?" });
    const open = async () => {
      await row.getByRole("button", { name: "Delete this library" }).focus();
      await page.keyboard.press("Enter");
      await asked.waitFor();
    };
    const standing = async () => {
      const { body } = await product.call("GET", "/v1/support/libraries/riverside", { as: "keystone-support" });
      return z.looseObject({ suspended: z.boolean(), deleteAt: z.string().optional() }).parse(body);
    };
    await open();
    expect(await focused(page)).toBe("Keep the library");
    await isFine(page);
    await page.keyboard.press("Enter");
    await asked.waitFor({ state: "hidden" });
    expect(await focused(page)).toMatch(/^Delete this library/);
    expect(await standing()).not.toHaveProperty("deleteAt");

    await open();
    await page.keyboard.press("Shift+Tab");
    expect(await focused(page)).toBe("Delete in 7 days");
    await page.keyboard.press("Enter");
    await page.getByText("Type riverside, the ID of this library.").waitFor();
    await page.getByText("Give a reason.").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("delete-id");
    await isFine(page);
    await page.keyboard.type("riverside");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Contract 12 ended");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText(/Riverside Talking Books is suspended and will be deleted\./).waitFor();
    await row.getByText(/^Will be deleted on \w+ \d+, \d{4}/).waitFor();
    expect(await row.getByRole("button", { name: "Delete this library" }).count()).toBe(0);
    await isFine(page);
    expect(await standing()).toMatchObject({ suspended: true, deleteAt: expect.any(String) });

    await row.getByRole("button", { name: "Cancel deletion" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Cancel the deletion of Riverside Talking Books?" }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole("dialog").getByRole("textbox", { name: "Reason" }).fill("They stay");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await row.getByText("Active", { exact: true }).waitFor();
    expect(await standing()).not.toHaveProperty("deleteAt");
    expect(faults).toEqual([]);
  });
});
