import type { Locator, Page } from "playwright-core";

/** A day far enough ahead, as the console's date fields take it. */
export function dayAhead(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** Runs a query for everyone with a digital book record, and waits for the results. Gives their number. */
export async function runQuery(page: Page): Promise<number> {
  await page.getByLabel("Value", { exact: true }).selectOption("DB");
  await page.getByRole("button", { name: "Run the query" }).click();
  const use = page.getByRole("link", { name: /Use this query set/ });
  await use.waitFor();
  return numberIn(await use.textContent());
}

/** From the results to a plan that sets the cutoff and nothing else. */
export async function planCutoff(page: Page, cutoff: number): Promise<void> {
  await page.getByRole("link", { name: /Use this query set/ }).click();
  await page.getByLabel("Medium (required)").selectOption("DB");
  await page.getByRole("group", { name: "Cutoff" }).getByText("Set", { exact: true }).click();
  await page.getByLabel("New Cutoff").fill(String(cutoff));
  await page.getByRole("button", { name: "Plan and review" }).click();
  await reviewed(page);
}

/** Waits until the review of the batch update is shown. */
export async function reviewed(page: Page, name = "Review the batch update"): Promise<void> {
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await page.getByRole("table", { name: "Changes by patron, before and after" }).waitFor();
}

/** The button of the review's bar, from which processing begins: it says how many. */
export function processOpener(page: Page): Locator {
  return page.getByRole("button", { name: /^Process [\d,]+ patrons? …$/ });
}

/** The button that processes: it is asked for first. */
export function processButton(page: Page): Locator {
  return page.getByRole("button", { name: /^(Update|Undo for) [\d,]+ patrons?$/ });
}

/** Processes what is reviewed, now. Gives the number of patrons that the button said. */
export async function processNow(page: Page): Promise<number> {
  await processOpener(page).click();
  const count = numberIn(await processButton(page).textContent());
  await processButton(page).click();
  return count;
}

/** Waits until the result of the batch update is shown. */
export async function finished(page: Page, name = "Result of the batch update"): Promise<void> {
  await page.getByRole("heading", { level: 1, name }).waitFor({ timeout: 240_000 });
  await page.getByRole("table", { name: "Outcomes by patron" }).waitFor();
}

/** The id in the address of a batch update's view. */
export function batchUpdateId(page: Page): string {
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

/** The first number of a text, without its commas. */
export function numberIn(text: string | null): number {
  const digits = /\d[\d,]*/.exec(text ?? "")?.[0];
  if (digits === undefined) throw new Error(`There is no number in "${text}"`);
  return Number(digits.replaceAll(",", ""));
}

/** What is written on what has the focus. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? "");
}

/** Says yes to the question that is asked. */
export async function confirmed(page: Page, name: string): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name }).click();
}
