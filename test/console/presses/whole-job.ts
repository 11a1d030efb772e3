import type { Locator, Page } from "playwright-core";
import type { Visitor } from "../browser.ts";
import { dayAhead, finished, numberIn, processButton, processOpener, reviewed } from "../job.ts";
import { type Answer, answerTo, watchPresses } from "./press-watch.ts";
import type { Act } from "./report.ts";

/** Of each press that can be done again. */
const times = 5;
const longestWait = 600_000;

/**
 * Does the whole job as an administrator would, and measures each kind of press on the way.
 *
 * @param told hears after each kind what was measured so far
 */
export async function wholeJob(
  { page }: Visitor,
  url: string,
  told: (acts: readonly Act[], news: string) => Promise<void>,
): Promise<void> {
  page.setDefaultTimeout(longestWait);
  const acts: Act[] = [];
  const presses = async (name: string, count: number, press: (n: number) => Press) => {
    const answers: Answer[] = [];
    for (let n = 0; n < count; n++) {
      const { does, shows } = press(n);
      answers.push(await answerTo(page, does, shows));
    }
    const known = acts.findIndex((act) => act.name === name);
    if (known >= 0) acts[known] = { name, answers: [...(acts[known]?.answers ?? []), ...answers] };
    else acts.push({ name, answers });
    await told(acts, `${name}: ${answers.map(({ painted, busy }) => `${painted}/${Math.round(busy)}`).join(" ")}`);
  };
  await watchPresses(page);
  await page.goto(`${url}/patrons`);
  await querying(page, presses);
  await choosing(page, presses);
  await reviewing(page, presses);
  await processing(page, presses);
  await lookingUp(page, url, presses);
}

interface Press {
  readonly does: () => Promise<void>;
  readonly shows: () => Promise<void>;
}
type Presses = (name: string, count: number, press: (n: number) => Press) => Promise<void>;

const nothingMore = async () => undefined;
const place = (page: Page, n: number) => page.getByText(new RegExp(`^Page ${n}: rows `)).first();

async function paging(page: Page, list: string, presses: Presses): Promise<void> {
  await place(page, 1).waitFor();
  await presses(`${list}: next page`, times, (n) => ({
    does: () => page.getByRole("button", { name: "Next page" }).click(),
    shows: () => place(page, n + 2).waitFor(),
  }));
  await presses(`${list}: previous page`, times, (n) => ({
    does: () => page.getByRole("button", { name: "Previous page" }).click(),
    shows: () => place(page, times - n).waitFor(),
  }));
}

async function searching(page: Page, list: string, field: Locator, presses: Presses): Promise<void> {
  const table = page.getByRole("main").locator("tbody");
  const search = page.getByRole("button", { name: "Search", exact: true }).first();
  await presses(`${list}: a letter of a name`, 4, (n) => ({
    does: () => field.press("Smit".charAt(n)),
    shows: nothingMore,
  }));
  await presses(`${list}: search by name`, 1, () => ({
    does: () => search.click(),
    shows: () => table.getByText("Smith").first().waitFor(),
  }));
  await presses(`${list}: clear the search`, 1, () => ({
    does: () => page.getByRole("button", { name: "Clear search" }).click(),
    shows: () => page.getByRole("button", { name: "Clear search" }).waitFor({ state: "detached" }),
  }));
}

async function querying(page: Page, presses: Presses): Promise<void> {
  await page.getByLabel("Value", { exact: true }).selectOption("DB");
  await presses("query: run", 1, () => ({
    does: () => page.getByRole("button", { name: "Run the query" }).click(),
    shows: () => page.getByRole("link", { name: /Use this query set/ }).waitFor(),
  }));
  await paging(page, "query set", presses);
  await searching(page, "query set", page.locator("#members-q"), presses);
}

async function choosing(page: Page, presses: Presses): Promise<void> {
  const use = page.getByRole("link", { name: /Use this query set/ });
  const members = numberIn(await use.textContent());
  await use.click();
  await page.getByLabel("Medium (required)").selectOption("DB");
  await page.getByRole("group", { name: "Next Service Date" }).getByText("Spread over days").click();
  await page.getByLabel("First day").fill(dayAhead(30));
  const perDay = page.getByLabel("Patrons on each day");
  // Over a thousand days, as in the end is typed, and over as many as are allowed, as on the way there.
  const keys = ["1", "Backspace", ...String(Math.ceil(members / 1000)), "5", "Backspace"];
  await presses("choices: a key of the patrons on each day", keys.length, (n) => ({
    does: () => perDay.press(keys[n] ?? ""),
    shows: nothingMore,
  }));
  const month = page.getByLabel("Go to month");
  for (let n = 0; n < times; n++) {
    const before = await month.inputValue();
    await presses("choices: later months of the spread", 1, () => ({
      does: () => page.getByRole("button", { name: "Later months" }).click(),
      shows: () => month.locator(`:scope:not(:has(option[value="${before}"]:checked))`).waitFor(),
    }));
  }
  await presses("choices: plan and review", 1, () => ({
    does: () => page.getByRole("button", { name: "Plan and review" }).click(),
    shows: () => reviewed(page),
  }));
}

async function reviewing(page: Page, presses: Presses): Promise<void> {
  const table = page.getByRole("table", { name: "Changes by patron, before and after" });
  const rows = table.locator("tbody tr");
  const all = numberIn(await processOpener(page).textContent());
  await paging(page, "review", presses);
  await rows.nth(9).waitFor();
  await presses("review: select a patron", times, (n) => ({
    does: () => table.locator("tbody label").nth(n).click(),
    shows: () =>
      page
        .getByText(n === 0 ? "1 patron selected" : `${n + 1} patrons selected`)
        .first()
        .waitFor(),
  }));
  await presses("review: select a page", 1, () => ({
    does: () => table.getByText("Patron: all on this page").click(),
    shows: () => page.locator("#plan-tick-page:checked").waitFor(),
  }));
  await presses("review: select all that fit", 1, () => ({
    does: () => page.getByRole("button", { name: /^Select all patrons/ }).click(),
    shows: () => page.getByRole("button", { name: "Leave out selected" }).waitFor(),
  }));
  await presses("review: select a patron less, of all", times, (n) => ({
    does: () => table.locator("tbody label").nth(n).click(),
    shows: nothingMore,
  }));
  await presses("review: leave out all but those", 1, () => ({
    does: () => page.getByRole("button", { name: "Leave out selected" }).click(),
    shows: () => page.getByRole("button", { name: `Process ${times} patrons …` }).waitFor(),
  }));
  await presses("review: show who is left out", 1, () => ({
    does: () => page.getByRole("button", { name: /^Show: Left out / }).click(),
    shows: () =>
      page
        .getByRole("button", { name: /^Bring back: / })
        .first()
        .waitFor(),
  }));
  await presses("review: bring all back", 1, () => ({
    does: () =>
      page
        .getByRole("button", { name: /^Bring back: / })
        .first()
        .click(),
    shows: () => page.getByRole("button", { name: `Process ${all.toLocaleString("en")} patrons …` }).waitFor(),
  }));
  await page.getByRole("combobox", { name: "What would happen" }).selectOption("");
  await presses("review: leave out one, and back", times * 2, (n) => ({
    does: () =>
      page
        .locator(".row-choice", { hasText: n % 2 === 0 ? "Leave out" : "Bring back" })
        .first()
        .click(),
    shows: () =>
      page.getByRole("button", { name: `Process ${(all - 1 + (n % 2)).toLocaleString("en")} patrons …` }).waitFor(),
  }));
  await columnsAndDetails(page, "review", presses);
  await searching(page, "review", page.locator("#plan-q"), presses);
  await presses("review: filter by what would happen", 2, (n) => ({
    does: () => page.getByRole("button", { name: /^Show: Update / }).click(),
    shows: () =>
      page
        .locator(`.stacked-keys [aria-pressed=${n === 0}]`)
        .first()
        .waitFor(),
  }));
}

async function columnsAndDetails(page: Page, list: string, presses: Presses): Promise<void> {
  await page.getByText("Columns", { exact: true }).click();
  const columns = page.getByRole("group", { name: "Columns of the table" });
  await presses(`${list}: a column`, times * 2, () => ({
    does: () => columns.locator("label").nth(1).click(),
    shows: nothingMore,
  }));
  const details = page.getByRole("complementary");
  await presses(`${list}: details of a patron`, times, (n) => ({
    does: () => page.locator(".details-button").nth(n).click(),
    shows: () => details.getByText("As it is now").waitFor(),
  }));
  await presses(`${list}: close the details`, 1, () => ({
    does: () => page.keyboard.press("Escape"),
    shows: () => details.waitFor({ state: "detached" }),
  }));
}

async function processing(page: Page, presses: Presses): Promise<void> {
  const count = numberIn(await processOpener(page).textContent());
  await presses("review: ask to process", 1, () => ({
    does: () => processOpener(page).click(),
    shows: () => processButton(page).waitFor(),
  }));
  const typed = page.getByLabel("Type the number of patrons");
  const digits = String(count);
  await presses("review: a digit of the number of patrons", digits.length, (n) => ({
    does: () => typed.press(digits.charAt(n)),
    shows: nothingMore,
  }));
  await presses("review: process", 1, () => ({
    does: () => processButton(page).click(),
    shows: () => page.getByRole("heading", { level: 1, name: "Updating patrons" }).waitFor(),
  }));
  await finished(page);
  await paging(page, "result", presses);
  await columnsAndDetails(page, "result", presses);
}

async function lookingUp(page: Page, url: string, presses: Presses): Promise<void> {
  await page.goto(`${url}/patrons/find`);
  await paging(page, "patrons", presses);
  await searching(page, "patrons", page.locator("#patron-q"), presses);
  await page.goto(`${url}/audit`);
  const acts = page.getByRole("main").locator("tbody tr");
  await acts.first().waitFor();
  await presses("audit: a letter of who", times, (n) => ({
    does: () => page.locator("#audit-actor").press("anna!".charAt(n)),
    shows: nothingMore,
  }));
}
