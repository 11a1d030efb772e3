import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningProduct, startProduct, until } from "#test/product";
import { accessibilityFindings, openBrowser, type Visitor, visit } from "./browser.ts";
import { isFine } from "./fine.ts";
import { confirmed, focused } from "./job.ts";

let product: RunningProduct;
let browser: Browser;
let administrator: Visitor;
let printed = "";

const password = "Correct-horse-7-battery";

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  product.process.stderr?.on("data", (text: Buffer) => {
    printed += text.toString();
  });
  administrator = await visit(browser, product.url, { at: "/people" });
});
afterAll(async () => {
  await administrator?.close();
  await Promise.all([browser?.close(), product?.remove()]);
});

async function signIn(page: Page, name: string, secret: string): Promise<void> {
  await page.goto(`${product.url}/patrons`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function choosePassword(page: Page, link: string, secret: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("New password", { exact: true }).fill(secret);
  await page.getByLabel("New password again").fill(secret);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("heading", { name: "Your password is set" }).waitFor();
}

describe("people", () => {
  let ada: Page;
  let invitation: string;
  beforeAll(async () => {
    ada = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  });
  afterAll(async () => {
    await ada?.context().close();
  });
  const row = () => administrator.page.getByRole("row", { name: /Ada Byron/ });
  const shapes = new Set<string | null>();
  const shape = () => row().locator(".state path").getAttribute("d");

  it("are invited by an administrator, after what is wrong is put right", async () => {
    const { page } = administrator;
    await page.getByRole("table", { name: "People of the library" }).waitFor();
    await isFine(page);
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await page.getByRole("alert").getByText("Enter the person’s name.").waitFor();
    await page.getByRole("alert").getByText("Enter an email address, such as ada@library.example.").waitFor();
    await isFine(page);
    await page.getByRole("textbox", { name: "Name" }).fill("Ada Byron");
    await page.getByRole("textbox", { name: "Email" }).fill("ada@piedmont.example");
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    await page.getByText("Ada Byron was invited.").waitFor();
    await row().getByText("Invited", { exact: true }).waitFor();
    shapes.add(await shape());
    invitation = await page.getByRole("textbox", { name: "Invitation" }).inputValue();
    expect(invitation).toMatch(`${product.url}/oidc/invitation/`);
    await isFine(page);
    await page.getByRole("button", { name: "I have passed it on" }).click();
    expect(await page.getByRole("textbox", { name: "Invitation" }).count()).toBe(0);
  });

  it("are invited again with another link, which alone is good", async () => {
    const { page } = administrator;
    await row().getByRole("button", { name: "Send a new invitation" }).click();
    await page.getByRole("textbox", { name: "Invitation" }).waitFor();
    const again = await page.getByRole("textbox", { name: "Invitation" }).inputValue();
    expect(again).not.toBe(invitation);
    await ada.goto(invitation);
    await ada.getByRole("heading", { name: "This link no longer works" }).waitFor();
    expect(await accessibilityFindings(ada)).toEqual([]);
    invitation = again;
  });

  it("choose a password by the invitation, and sign in with it", async () => {
    await ada.goto(invitation);
    await ada.getByText("You sign in as ada@piedmont.example.").waitFor();
    await isFine(ada);
    await ada.getByLabel("New password", { exact: true }).fill("short");
    await ada.getByRole("button", { name: "Set the password" }).click();
    await ada.getByRole("alert").getByText("Use at least 12 characters").waitFor();
    await isFine(ada);
    await ada.getByLabel("New password", { exact: true }).fill(password);
    await ada.getByLabel("New password again").fill(`${password}!`);
    await ada.getByRole("button", { name: "Set the password" }).click();
    await ada.getByRole("alert").getByText("The two passwords are not the same.").waitFor();
    await choosePassword(ada, invitation, password);
    await isFine(ada);
    await ada.goto(invitation);
    await ada.getByRole("heading", { name: "This link no longer works" }).waitFor();

    await signIn(ada, "ada@piedmont.example", password);
    await ada.getByRole("banner").getByText("Ada Byron").waitFor();
    expect(await ada.getByRole("link", { name: "People" }).count()).toBe(0);
    await administrator.page.reload();
    await row().getByText("Active", { exact: true }).waitFor();
  });

  it("who have forgotten their password choose another one by a link that is printed here", async () => {
    await ada.getByRole("button", { name: "Sign out" }).click();
    await ada.waitForURL(`${product.url}/signed-out`);
    await ada.getByRole("button", { name: "Sign in" }).click();
    await ada.getByRole("link", { name: "Forgot your password?" }).click();
    await ada.getByRole("button", { name: "Send the link" }).click();
    await ada.getByRole("alert").getByText("Enter your email address.").waitFor();
    await isFine(ada);
    await ada.getByRole("textbox", { name: "Email address" }).fill("nobody@piedmont.example");
    await ada.getByRole("button", { name: "Send the link" }).click();
    await ada.getByRole("heading", { name: "Look for the link" }).waitFor();
    await isFine(ada);
    await ada.goto(`${product.url}/oidc/forgotten`);
    await ada.getByRole("textbox", { name: "Email address" }).fill("ADA@piedmont.example");
    await ada.getByRole("button", { name: "Send the link" }).click();
    await ada.getByRole("heading", { name: "Look for the link" }).waitFor();
    const link = await until(
      async () => /A new password for ada@piedmont\.example: (\S+)/.exec(printed)?.[1],
      (it) => it !== undefined,
    );
    expect(printed).not.toContain("nobody@piedmont.example");
    await choosePassword(ada, link ?? "", `${password}-2`);
    await signIn(ada, "ada@piedmont.example", password);
    await ada.getByRole("alert").waitFor();
    await signIn(ada, "ada@piedmont.example", `${password}-2`);
    await ada.getByRole("banner").getByText("Ada Byron").waitFor();
  });

  it("are given another role, disabled, enabled again and removed, each after a question", async () => {
    const { page } = administrator;
    await row().getByRole("button", { name: "Make administrator" }).click();
    await page.getByRole("dialog", { name: "Make Ada Byron an administrator?" }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await confirmed(page, "Make administrator");
    await page.getByText("Ada Byron now has the role Administrator.").waitFor();
    expect(await focused(page)).toContain("Ada Byron now has the role");
    await row().getByText("Administrator", { exact: true }).waitFor();
    await row().getByRole("button", { name: "Make staff" }).click();
    await confirmed(page, "Cancel");
    await row().getByRole("button", { name: "Make staff" }).click();
    await confirmed(page, "Make staff");
    await row().getByText("Staff", { exact: true }).waitFor();
    await row().getByRole("button", { name: "Disable" }).click();
    await confirmed(page, "Disable");
    await page.getByText("Ada Byron was disabled.").waitFor();
    await row().getByRole("button", { name: "Enable" }).waitFor();
    shapes.add(await shape());
    await ada.context().clearCookies();
    await signIn(ada, "ada@piedmont.example", `${password}-2`);
    await ada.getByRole("alert").waitFor();
    await row().getByRole("button", { name: "Enable" }).click();
    await row().getByText("Active", { exact: true }).waitFor();
    shapes.add(await shape());
    // Each state is seen by a shape of its own, not by its word alone.
    expect(shapes.size).toBe(3);
    await row().getByRole("button", { name: "Remove" }).click();
    await confirmed(page, "Remove");
    await page.getByText("Ada Byron was removed.").waitFor();
    await row().waitFor({ state: "detached" });
  });

  it("keep one administrator: the page says why the last one stays", async () => {
    const { page } = administrator;
    await page
      .getByRole("row", { name: /administrator@piedmont/ })
      .getByRole("button", { name: "Make staff" })
      .click();
    await confirmed(page, "Make staff");
    await page.getByText("This cannot be done").waitFor();
    await page.getByText("Nothing has been changed by this.").waitFor();
    await isFine(page);
    expect(administrator.faults).toEqual([]);
  });

  it("of the staff do not manage people and clients, and are told so", async () => {
    const staff = await visit(browser, product.url, { as: "piedmont-staff", at: "/people" });
    await staff.page.getByText("Your role does not allow this").first().waitFor();
    expect(await staff.page.getByRole("navigation", { name: "Main" }).getByText("Clients").count()).toBe(0);
    await isFine(staff.page);
    await staff.close();
  });
});

describe("clients", () => {
  const status = async (id: string, secret: string) => {
    const answer = await fetch(`${product.url}/oidc/token`, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    return answer.status;
  };

  it("get a secret that is shown once and copied, another one, and are removed", async () => {
    const { page, faults } = administrator;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("link", { name: "Clients" }).click();
    await page.getByRole("heading", { level: 1, name: "Clients" }).waitFor();
    await page.getByRole("table", { name: "Clients of the library" }).waitFor();
    await isFine(page);
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByRole("alert").getByText("Enter a name for the client.").waitFor();
    await page.getByRole("textbox", { name: "Name" }).fill("Nightly sync");
    await page.getByRole("button", { name: "Create client" }).click();
    await page.getByRole("heading", { name: "Secret for Nightly sync" }).waitFor();
    expect(await focused(page)).toBe("Secret for Nightly sync");
    await isFine(page);
    const id = await page.getByRole("textbox", { name: "Client ID" }).inputValue();
    const first = await page.getByRole("textbox", { name: "Client secret" }).inputValue();
    await page.getByRole("button", { name: "Copy Client secret" }).click();
    await page.getByText("Copied: Client secret.").first().waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(first);
    expect(await status(id, first)).toBe(200);
    await page.getByRole("button", { name: "I have stored it" }).click();
    expect(await page.getByRole("textbox", { name: "Client secret" }).count()).toBe(0);

    const row = page.getByRole("row", { name: /Nightly sync/ });
    await row.getByRole("button", { name: "New secret" }).click();
    await page.getByRole("dialog", { name: "Give Nightly sync a new secret?" }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await confirmed(page, "Give a new secret");
    await page.getByRole("textbox", { name: "Client secret" }).waitFor();
    const second = await page.getByRole("textbox", { name: "Client secret" }).inputValue();
    expect(second).not.toBe(first);
    expect([await status(id, first), await status(id, second)]).toEqual([401, 200]);
    await row.getByRole("button", { name: "Remove" }).click();
    await confirmed(page, "Remove");
    await page.getByText("Nightly sync was removed.").waitFor();
    await row.waitFor({ state: "detached" });
    expect(await status(id, second)).toBe(401);
    expect(faults).toEqual([]);
  });
});
