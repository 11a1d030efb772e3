import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningProduct, startProduct } from "#test/product";
import { accessibilityFindings, openBrowser, type Visitor, visit } from "./browser.ts";
import { isFine } from "./fine.ts";
import { Keyboard } from "./keyboard.ts";

let product: RunningProduct;
let browser: Browser;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ samplePatrons: 0 }), openBrowser()]);
  visitor = await visit(browser, product.url, { at: "/imports" });
  page = visitor.page;
});
afterAll(async () => {
  await visitor?.close();
  await Promise.all([browser?.close(), product?.remove()]);
});

function csvOf(...rows: string[]) {
  const text = ["patronId,lastName,firstName,mainStatus,media.DB.serveCode", ...rows, ""].join("\r\n");
  return { name: "patrons.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
}

const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
const ended = (name: string) =>
  page
    .getByRole("heading", { level: 1, name })
    .waitFor()
    .then(() => page.getByText("Lines read").waitFor());

describe("imports", () => {
  it("say what is missing, and are empty at first", async () => {
    await page.getByText("Nothing has been imported yet.").waitFor();
    await isFine(page);
    await page.getByRole("button", { name: "Send the file and check it" }).click();
    await page.getByRole("alert").getByRole("link", { name: "Choose a file." }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("import-file");
    await isFine(page);
    await page.getByLabel("File", { exact: true }).setInputFiles({ ...csvOf(), name: "export.dat" });
    await page.getByRole("button", { name: "Send the file and check it" }).click();
    await page.getByRole("alert").getByRole("link", { name: "Choose the format of the file." }).waitFor();
  });

  it("give templates that can be imported as they stand", async () => {
    for (const [name, file] of [
      ["Patrons, CSV", "patrons-template.csv"],
      ["Titles, JSONL", "titles-template.jsonl"],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name, exact: true }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(file);
      await page.getByLabel("What is in the file").selectOption(name.split(",")[0] ?? "");
      const buffer = await readFile(await download.path());
      await page.getByLabel("File", { exact: true }).setInputFiles({ name: file, mimeType: "text/plain", buffer });
      await page.getByRole("button", { name: "Send the file and check it" }).click();
      await ended(`Check of a file of ${name.split(",")[0]?.toLowerCase()}`);
      await page.getByText(/^1 new (patron|title) would come in\. Nothing was written\.$/).waitFor();
      await page.getByRole("link", { name: "All imports" }).click();
      await page.getByRole("heading", { level: 1, name: "Imports" }).waitFor();
    }
  });

  it("are checked first: counts, rejected lines with reasons, and nothing written; then imported by one press", async () => {
    const file = csvOf(
      "P1,Muñoz,Zoë,ACTIVE,NA",
      'P2,"O""Neal, Jr.",Al,ACTIVE,WA',
      "P3,Birch,,GONE,NA",
      "P1,Twice,,ACTIVE,",
    );
    await page.getByLabel("File", { exact: true }).setInputFiles(file);
    expect(await page.getByLabel("Format").inputValue()).toBe("csv");
    await page.getByRole("button", { name: "Send the file and check it" }).click();
    await ended("Check of a file of patrons");
    expect(await focused()).toBe("Check of a file of patrons");
    await page.getByText("2 new patrons would come in and 2 lines would be rejected. Nothing was written.").waitFor();
    const rejected = page.getByRole("table", { name: "Rejected lines, with the reason of each" });
    await rejected.getByRole("row", { name: /^4 P3 mainStatus GONE is not in the library's table/ }).waitFor();
    await rejected.getByText("P1,Twice,,ACTIVE,").waitFor();
    await isFine(page);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download all rejected lines (CSV)" }).click(),
    ]);
    expect(await readFile(await download.path(), "utf8")).toContain("mainStatus GONE");
    expect(await product.call("GET", "/v1/patrons/P1")).toMatchObject({ status: 404 });

    await page.getByRole("button", { name: "Import anyway: 2 records" }).click();
    await ended("Import of patrons");
    await page.getByText("2 new patrons came in and 2 lines were rejected.", { exact: true }).waitFor();
    expect(await product.call("GET", "/v1/patrons/P1")).toMatchObject({ status: 200 });
    // After a reload the file is gone, and so is the way to import it again by one press.
    await page.goBack();
    await ended("Check of a file of patrons");
    await page.reload();
    await page.getByRole("link", { name: "choose it again" }).waitFor();
    await isFine(page);
  });

  it("that cannot be read say why, and that nothing came in", async () => {
    await page.getByRole("link", { name: "All imports" }).click();
    const buffer = Buffer.from("nobody,knows\r\n1,2\r\n");
    await page.getByLabel("File", { exact: true }).setInputFiles({ ...csvOf(), buffer });
    await page.locator("label[for=import-dry-false]").click();
    await page.getByRole("button", { name: "Send the file and import it" }).click();
    await page.getByRole("main").getByText("column 1 of the header is unknown").waitFor();
    await page.getByText("No line of it came in.").waitFor();
    await isFine(page);
  });

  it("are dropped as well as chosen, and their sending is shown and can be stopped", async () => {
    await page.goto(`${product.url}/imports`);
    const held = Promise.withResolvers<void>();
    const upload = (url: URL) => url.origin !== new URL(product.url).origin;
    await page.route(upload, async (route) => {
      if (route.request().method() === "PUT") await held.promise;
      await route.continue().catch(() => {});
    });
    await page.getByLabel("File", { exact: true }).waitFor();
    await page.locator(".drop").evaluate((drop) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["patronId,lastName,mainStatus\r\nD1,Drop,ACTIVE\r\n"], "dropped.csv"));
      drop.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    });
    await page.getByText("dropped.csv, 46 bytes").waitFor();
    await page.getByRole("button", { name: "Send the file and check it" }).click();
    await page.getByRole("progressbar", { name: "Sending dropped.csv" }).waitFor();
    expect(await focused()).toBe("Stop sending");
    await isFine(page);
    await page.keyboard.press("Enter");
    await page.getByRole("main").getByText("Sending was stopped. Nothing was imported.").waitFor();
    await isFine(page);
    held.resolve();
    await page.unroute(upload);
    await page.getByRole("button", { name: "Send the file and check it" }).click();
    await ended("Check of a file of patrons");
  });

  it("whose file never came stay in the history, and can be gone back to", async () => {
    await page.getByRole("link", { name: "All imports" }).click();
    const table = page.getByRole("table", { name: "Imports, newest first" });
    await table.getByRole("row").filter({ hasText: "Waiting for file" }).getByRole("link").click();
    await page.getByText("The file has not been read yet").waitFor();
    await isFine(page);
    await page.getByRole("button", { name: "Start reading it" }).click();
    await page.getByText("This cannot be done").waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain("This cannot be done");
    await page.getByRole("link", { name: "All imports" }).click();
    await table.getByRole("row").filter({ hasText: "Completed with errors" }).first().waitFor();
    await table
      .getByRole("row")
      .filter({ hasText: "of the header is unknown" })
      .getByText("Failed", { exact: true })
      .waitFor();
    await isFine(page);
  });

  it("are made by keyboard alone", async () => {
    await page.goto(`${product.url}/imports`);
    const keyboard = new Keyboard(page);
    await page.getByLabel("File", { exact: true }).setInputFiles(csvOf("K1,Key,,ACTIVE,"));
    await keyboard.to(page.getByLabel("Check it"));
    await page.keyboard.press("ArrowDown");
    await keyboard.press(page.getByRole("button", { name: "Send the file and import it" }));
    await ended("Import of patrons");
    expect(visitor.faults).toEqual([]);
    expect((await visitor.spoken()).map(({ sentence }) => sentence)).toContain("The file is being sent.");
  });

  it("are told of at home, and shown to support, who imports nothing", async () => {
    await page.goto(`${product.url}/`);
    await page.getByRole("table", { name: "Imports, newest first" }).getByRole("link").first().waitFor();
    const support = await visit(browser, product.url, { as: "keystone-support", at: "/imports" });
    await support.page.getByLabel("Library", { exact: true }).selectOption("piedmont");
    await support.page.getByRole("textbox", { name: "Reason" }).fill("Looking at last night’s import");
    await support.page.getByRole("button", { name: "Work in this library" }).click();
    const rows = support.page.getByRole("table", { name: "Imports, newest first" }).getByRole("row");
    await rows.filter({ hasText: "Completed" }).first().getByRole("link").click();
    await support.page.getByText("Lines read").waitFor();
    expect(await accessibilityFindings(support.page)).toEqual([]);
    expect(support.faults).toEqual([]);
    await support.close();
  });
});
