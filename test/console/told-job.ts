import type { Locator } from "playwright-core";
import { until } from "#test/product";
import type { Visitor } from "./browser.ts";
import { focusTold } from "./focus-told.ts";
import { finished, processButton, processOpener, reviewed } from "./job.ts";

/** One thing that somebody does by the keyboard, and what they then hear. */
export interface Told {
  readonly does: string;
  /** What has the focus afterwards. */
  readonly focus: string;
  /** What the live region says of it, but for how far something is: that depends on the machine. */
  readonly said: readonly string[];
}

interface Step {
  readonly does: string;
  readonly press: Locator;
  readonly key?: string;
  /** Seen when what it leads to is there. */
  readonly done: () => Promise<void>;
  readonly says?: readonly RegExp[];
}

/** Patrons of the sample library in which it is done: with others, other numbers are said. */
export const toldPatrons = 300;

/** The pictures of the guide, in the order in which the job comes to them. */
const pictureNames = ["1-find-patrons", "2-batch-update", "3-review", "4-result"] as const;
type Picture = (name: (typeof pictureNames)[number]) => Promise<void>;

/**
 * Does the whole job by the keyboard, from Home to the question before an undo, and tells what is heard on the way.
 *
 * @param visitor who has Home open
 * @param cutoff what is set: the same again would change nobody
 */
export async function tellJob(
  visitor: Visitor,
  picture: Picture = async () => {},
  cutoff = 41,
): Promise<readonly Told[]> {
  const { page } = visitor;
  const told: Told[] = [];
  const step = async ({ does, press, key = "Enter", done, says = [] }: Step) => {
    await press.focus();
    await page.keyboard.press(key);
    await done();
    const said: string[] = [];
    for (const words of says) said.push(await heard(visitor, words));
    const focus = await until(
      () => focusTold(page),
      (it) => !it.startsWith("RootWebArea"),
    );
    told.push({ does, focus: withoutDates(focus), said: said.map(withoutDates) });
  };
  const button = (name: string | RegExp) => page.getByRole("button", { name }).first();

  await step({
    does: "Presses “Find patrons for a batch update” on Home.",
    press: page.getByRole("link", { name: "Find patrons for a batch update" }),
    done: () => page.getByLabel("Value", { exact: true }).waitFor(),
  });
  await step({
    does: "Presses “Run the query” before the condition has a value.",
    press: button("Run the query"),
    done: () => page.getByRole("alert").waitFor(),
  });
  await step({
    does: "Follows the error to its field.",
    press: page.getByRole("alert").getByRole("link").first(),
    done: async () => {},
  });
  await page.getByLabel("Value", { exact: true }).selectOption("DB");
  await page.getByRole("alert").waitFor({ state: "detached" });
  await picture("1-find-patrons");
  await step({
    does: "Chooses DB, and presses “Run the query”.",
    press: button("Run the query"),
    done: () => page.getByRole("link", { name: /Use this query set/ }).waitFor(),
    says: [/^The results are ready/],
  });
  const patron = page.getByRole("table", { name: "Patrons of the query set" }).getByRole("checkbox").first();
  await step({ does: "Selects the first patron.", press: patron, key: "Space", done: async () => {} });
  await step({
    does: "Presses “Leave out selected”.",
    press: button("Leave out selected"),
    done: () => page.getByText("0 patrons selected").waitFor(),
    says: [/left out\./],
  });
  await step({
    does: "Presses “Use this query set”.",
    press: page.getByRole("link", { name: /Use this query set/ }),
    done: () => page.getByLabel("Medium (required)").waitFor(),
  });
  await step({
    does: "Asks what Nightly Debug means.",
    press: button("What does Nightly Debug mean?"),
    done: () => page.getByText(/read by nightly processing/).waitFor(),
  });
  await page.keyboard.press("Enter");
  await page.getByLabel("Medium (required)").selectOption("DB");
  await page.getByRole("group", { name: "Cutoff" }).getByText("Set", { exact: true }).click();
  await page.getByLabel("New Cutoff").fill(String(cutoff));
  await page.evaluate(() => scrollTo(0, 0));
  await picture("2-batch-update");
  await step({
    does: "Chooses a medium and a cutoff, and presses “Plan and review”.",
    press: button("Plan and review"),
    done: () => reviewed(page),
    says: [/^The review is ready/],
  });
  await picture("3-review");
  await step({
    does: "Presses the main button.",
    press: processOpener(page),
    done: () => page.getByRole("dialog", { name: "Process" }).waitFor(),
  });
  await step({
    does: "Presses the button of the dialog that says how many.",
    press: processButton(page),
    done: () => finished(page),
    says: [/patrons changed\.$/],
  });
  await picture("4-result");
  await step({
    does: "Presses “Undo all”.",
    press: button(/^Undo all/),
    done: () => page.getByRole("dialog").waitFor(),
  });
  await step({
    does: "Presses Escape.",
    press: page.getByRole("dialog").getByRole("button").last(),
    key: "Escape",
    done: () => page.getByRole("dialog").waitFor({ state: "detached" }),
  });
  return told;
}

/** The newest sentence of the live region that fits. */
async function heard(visitor: Visitor, words: RegExp): Promise<string> {
  const said = await until(visitor.spoken, (all) => all.some(({ sentence }) => words.test(sentence)));
  return said.findLast(({ sentence }) => words.test(sentence))?.sentence ?? "";
}

/** Days and times are others each time. */
function withoutDates(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/(?:\b[A-Z][a-z]{2}, )?\b[A-Z][a-z]{2} \d{1,2}, \d{4}(?:, [\d:]+ [AP]M(?: [A-Z]{2,4})?)?/g, "(a day)");
}

/** The transcript as a document. */
export function transcriptOf(told: readonly Told[]): string {
  const lines = told.map(({ does, focus, said }) =>
    [`1. ${does}`, `   - Focus: ${focus}`, ...said.map((sentence) => `   - Said: “${sentence}”`)].join("\n"),
  );
  return `# What is said in the whole job

Somebody does a batch update with the keyboard alone and does not see the screen. Below stands what they do, what then has the focus
(role, name, states and description as the browser gives them to a screen reader), and what the live region says. How far
something is, is said too, every few seconds at most; it depends on the machine and is left out here. \`test/console/told-job.ts\`
does the job; \`node test/console/renew-pictures.ts\` writes this file and the pictures beside it, and \`transcript.test.ts\` holds
that it is still so.

${lines.join("\n")}
`;
}
