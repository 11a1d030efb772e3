import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { behind } from "#test/faults/behind";
import type { Rule } from "#test/faults/layer";
import { type FaultyProduct, startFaultyProduct } from "#test/faults/product";
import { accessDenied, gate } from "#test/faults/rules";
import { type Batch, type Job, jobs } from "#test/job";
import { patronLine } from "#test/patron-lines";
import { until } from "#test/product";
import { accessibilityFindings, openBrowser, overflowAt320, type Visitor, visit } from "./browser.ts";
import { finished, processButton, processOpener } from "./job.ts";
import { Keyboard, type Needed } from "./keyboard.ts";

/**
 * What Keystone's support is called for, each with its fault really injected: found on the first page, understood from
 * what stands there, and mended there, by support alone and with the keyboard alone.
 */
let bed: FaultyProduct;
let hands: Awaited<ReturnType<typeof behind>>;
let job: Job;
let browser: Browser;
let visitor: Visitor;
let page: Page;
let keyboard: Keyboard;
/** Query sets: everyone, whose plan has several chunks, and so few that no number is typed before they are processed. */
let everyone: string;
let few: string;
/** What each case needed, and below what was spoken: for the record. */
const needed = new Map<string, Needed>();

beforeAll(async () => {
  [bed, browser] = await Promise.all([startFaultyProduct({ samplePatrons: 600, sampleTitles: 5000 }), openBrowser()]);
  hands = await behind(bed.product);
  job = jobs(bed.product);
  visitor = await visit(browser, bed.product.url, { as: "keystone-support", at: "/support" });
  page = visitor.page;
  everyone = (await job.querySet({ criteria: { all: [{ field: "Patron.patronId", operator: "isNotBlank" }] } }))
    .querySetId;
  const patronIds = Array.from({ length: 40 }, (_, n) => `P${String(n + 1).padStart(6, "0")}`);
  few = (await job.querySet({ patronIds })).querySetId;
});
afterAll(async () => {
  for (const [name, { views, stops, keys, seconds }] of needed) {
    process.stdout.write(`${name}: ${views} views, ${stops} stops, ${keys} keys, ${seconds} s\n`);
  }
  for (const { sentence } of (await visitor?.spoken()) ?? []) process.stdout.write(`spoken: ${sentence}\n`);
  await visitor?.close();
  hands?.close();
  await Promise.all([browser?.close(), bed?.remove()]);
});

beforeEach(async () => {
  await page.goto(`${bed.product.url}/support`);
  await looked();
  keyboard = new Keyboard(page);
});
afterEach(({ task }) => {
  needed.set(task.name, keyboard.needed());
  expect(visitor.faults).toEqual([]);
});

test("who is support begins with what needs support, also where Home is asked for", async () => {
  await page.goto(bed.product.url);
  await page.waitForURL(`${bed.product.url}/support`);
  await page.getByRole("heading", { level: 1, name: "Support" }).waitFor();
  expect(await page.getByRole("link", { name: "Home", exact: true }).count()).toBe(0);
});

const spec = { medium: "DB", nightlyDebug: true };

const denied =
  (functionName: string, operation?: string): Rule =>
  (request) =>
    request.functionName.startsWith(functionName) &&
    request.service === "dynamodb" &&
    (operation === undefined || request.operation === operation)
      ? accessDenied
      : undefined;

/** The thing that needs attention, by what it is called and the id of what it is about. */
async function thing(title: string, id: string): Promise<Locator> {
  const found = page
    .getByRole("list", { name: "Things that need attention" })
    .getByRole("listitem")
    .filter({ has: page.getByRole("heading", { level: 3, name: title }) })
    .filter({ hasText: id });
  await found.waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  return found;
}

/** Presses the button, reads what it would do, says why, and does it. Gives what it said it would do. */
async function act(button: Locator, confirm: RegExp): Promise<string> {
  await keyboard.press(button);
  const dialog = page.getByRole("dialog");
  await dialog.getByText("If you continue:").waitFor();
  const would = await dialog.getByRole("listitem").allTextContents();
  // The field for the reason has the focus: it is what is asked for.
  expect(await dialog.getByRole("textbox", { name: "Reason" }).evaluate((it) => it === document.activeElement)).toBe(
    true,
  );
  expect(await accessibilityFindings(page)).toEqual([]);
  await keyboard.type(dialog.getByRole("textbox", { name: "Reason" }), "Asked for");
  await keyboard.press(dialog.getByRole("button", { name: confirm }));
  return would.join(" ");
}

/** What was done is told, and has the focus. */
async function told(): Promise<void> {
  const box = page.locator(".told");
  await box.getByText(/^Done\. /).waitFor();
  await until(
    async () => await box.evaluate((it) => it === document.activeElement),
    (hasFocus) => hasFocus,
  );
}

async function spoken(sentence: string | RegExp): Promise<void> {
  await until(
    async () => (await visitor.spoken()).map((it) => it.sentence),
    (sentences) => sentences.some((it) => (typeof sentence === "string" ? it.includes(sentence) : sentence.test(it))),
  );
}

/** What needs attention has been looked at: an item that is not there is not there. */
async function looked(): Promise<void> {
  const list = page.getByRole("list", { name: "Things that need attention" });
  await list.or(page.getByText("Nothing. All jobs are moving along on their own.")).waitFor();
}

/** It needs nobody any more, and the page shows so. */
async function gone(item: Locator, id: string): Promise<void> {
  await until(
    async () =>
      JSON.stringify((await bed.product.call("GET", "/v1/support/attention", { as: "keystone-support" })).body),
    (body) => !body.includes(id),
  );
  await item.waitFor({ state: "detached" });
}

/** From the review of what support planned to its result. */
async function processed(what: "retry" | "undo"): Promise<string> {
  await page.getByRole("heading", { level: 1, name: `Review the ${what}` }).waitFor();
  await keyboard.press(processOpener(page));
  await keyboard.press(processButton(page));
  await finished(page, `Result of the ${what}`);
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

async function find(id: string): Promise<void> {
  await keyboard.type(page.getByLabel(/^ID of a batch update/), id);
  await keyboard.press(page.getByRole("button", { name: "Find it" }));
  const executions = page.getByRole("list", { name: "Executions, newest first" });
  await keyboard.press(executions.getByRole("link", { name: /^Applying a batch update/ }).first());
  await keyboard.press(page.getByRole("link", { name: "The batch update" }));
  await page.getByRole("heading", { level: 1, name: "Batch update" }).waitFor();
}

const unreached = ({ counts }: Batch) => counts?.["unprocessed"] ?? 0;

test("a chunk that was refused a right", async () => {
  const planned = await job.plan(everyone, { ...spec, changes: { cutoff: 7 } });
  const rule: Rule = (request) =>
    request.functionName.startsWith("ApplyChunk") &&
    request.operation === "GetObject" &&
    request.key.endsWith("00001.jsonl")
      ? { refuse: { status: 403, code: "AccessDenied" } }
      : undefined;
  const ended = await bed.faults.during(rule, async () => await job.apply(planned));
  expect(unreached(ended)).toBeGreaterThan(0);
  const item = await thing("Parts of a job could not be processed", planned.batchUpdateId);
  await spoken("New: Parts of a job could not be processed.");
  await item.getByText("AccessDenied (a right is missing) in chunk 1, after 5 tries.").waitFor();
  expect(await overflowAt320(page)).toEqual([]);
  const would = await act(item.getByRole("button", { name: /^Retry the patrons it did not reach/ }), /^Yes/);
  expect(would).toContain(`Plans a retry for ${unreached(ended)} patrons.`);
  const mended = await job.ended(await processed("retry"));
  expect(mended).toMatchObject({ counts: { total: unreached(ended), unprocessed: 0, failed: 0 } });
  await page.goto(`${bed.product.url}/support`);
  await gone(item, planned.batchUpdateId);
});

test("a plan that came to nothing", async () => {
  const failed = await bed.faults.during(denied("PlanChunk"), async () =>
    job.plan(few, { ...spec, changes: { cutoff: 8 } }),
  );
  const item = await thing("A job failed", failed.batchUpdateId);
  await item.getByText("AccessDeniedException (a right is missing)").waitFor();
  const would = await act(item.getByRole("button", { name: /^Start it again/ }), /^Yes/);
  expect(would).toContain(`piedmont-${failed.batchUpdateId}-plan-`);
  await told();
  await gone(item, failed.batchUpdateId);
  await spoken("No longer: A job failed.");
  expect(await job.apply(await job.settled(failed.batchUpdateId))).toMatchObject({
    counts: { unprocessed: 0, failed: 0 },
  });
});

test("an import that came to nothing", async () => {
  const failed = await bed.faults.during(denied("ImportChunk"), async () =>
    job.importLines("patrons", [patronLine("DESK1"), patronLine("DESK2")]),
  );
  const item = await thing("A job failed", failed.importId);
  await act(item.getByRole("button", { name: /^Start it again/ }), /^Yes/);
  await told();
  await gone(item, failed.importId);
  const again = await until(
    async () => Object(await job.get(`/v1/imports/${failed.importId}`)),
    ({ status }) => status !== "RUNNING",
  );
  expect(again).toMatchObject({ status: "COMPLETED", counts: { read: 2, created: 2, rejected: 0 } });
});

test("a message that nobody can read", async () => {
  await hands.giveUp("poison");
  await thing("A message was abandoned", "not one of ours");
  await keyboard.press(page.getByRole("link", { name: /^Look at the message/ }));
  const letters = page.getByRole("list", { name: "Messages given up" });
  await letters.getByRole("heading", { name: "Not one of ours" }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await overflowAt320(page)).toEqual([]);
  const would = await act(letters.getByRole("button", { name: /^Delete it/ }), /^Yes/);
  expect(would).toBe("Deletes 1 message.");
  await told();
  await page.getByText("No messages were given up.").waitFor();
  const queues = await bed.product.call("GET", "/v1/support/queues", { as: "keystone-support" });
  expect(queues.body).toMatchObject({ deadLetters: 0 });
});

test("a run that hangs", async () => {
  const planned = await job.plan(few, { ...spec, changes: { cutoff: 9 } });
  const { batchUpdateId: id } = planned;
  const held = gate(({ functionName }) => functionName.startsWith("ApplyChunk"));
  await bed.faults.during(held.rule, async () => {
    await job.process(planned);
    await held.reached;
    await hands.openedAgo("batch-update", id, 11);
    const item = await thing("A job is stuck", id);
    await item.getByText(/It has not got on for \d+ minutes\./).waitFor();
    const would = await act(item.getByRole("button", { name: /^Start it again/ }), /^Yes/);
    expect(would).toContain(`Stops its execution piedmont-${id}-apply.`);
    await told();
    held.open();
    await gone(item, id);
  });
  expect(await job.ended(id)).toMatchObject({ counts: { unprocessed: 0, failed: 0 } });
});

test("a lock whose holder died", async () => {
  const planned = await job.plan(few, { ...spec, changes: { cutoff: 10 } });
  const { batchUpdateId: id } = planned;
  const held = gate(({ functionName }) => functionName.startsWith("ApplyChunk"));
  await bed.faults.during(held.rule, async () => {
    await job.process(planned);
    await held.reached;
    await hands.loseOpen("batch-update", id);
    await hands.stopExecution("Apply", `piedmont-${id}-apply`);
    held.open();
  });
  const item = await thing("A job is stuck", id);
  await item.getByText("It holds its lock, has not ended, and nothing looks after it.").waitFor();
  await act(item.getByRole("button", { name: /^Start it again/ }), /^Yes/);
  await told();
  await gone(item, id);
  expect(await job.ended(id)).toMatchObject({ counts: { unprocessed: 0, failed: 0 } });
});

test("service queues that are not filled", async () => {
  await job.importLines("patrons", [patronLine("DESK3")]);
  const { querySetId } = await job.querySet({ patronIds: ["DESK3"] });
  const planned = await job.plan(querySetId, { ...spec, changes: { addServiceQueue: true } });
  const { batchUpdateId: id } = planned;
  await bed.faults.during(denied("BatchManagerFill", "BatchGetItem"), async () => {
    await job.apply(planned);
    // The sweep may write the item down again, as it had read it a moment before.
    await until(
      async () => {
        await hands.openedAgo("fills", id, 31);
        return JSON.stringify(
          (await bed.product.call("GET", "/v1/support/attention", { as: "keystone-support" })).body,
        );
      },
      (body) => body.includes(id),
    );
    const item = await thing("Service queues have been waiting too long", id);
    await keyboard.press(item.getByRole("link", { name: /^Look at the batch update/ }));
    await page.getByText(/the last try ended by AccessDeniedException/).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    // As long as nothing fills it, there is something to ask for.
    const late = await thing("Service queues have been waiting too long", id);
    const would = await act(late.getByRole("button", { name: /^Ask for the queues again/ }), /^Yes/);
    expect(would).toBe("Asks again for 1 service queue.");
    await told();
  });
  const item = page
    .getByRole("list", { name: "Things that need attention" })
    .getByRole("listitem")
    .filter({ hasText: id });
  expect((await job.filled(id)).serviceQueues).toMatchObject({ status: "FILLED", filled: 1, failed: 0, pending: 0 });
  await gone(item, id);
});

test("an undo that is to be undone", async () => {
  const run = await job.apply(await job.plan(few, { ...spec, changes: { cutoff: 44 } }));
  const undone = await job.apply(await job.follow(run.batchUpdateId, "undo"));
  const changed = undone.counts?.["updated"] ?? 0;
  await find(undone.batchUpdateId);
  await page.getByText("The batch update before it").waitFor();
  const would = await act(page.getByRole("button", { name: /^Undo it/ }), /^Yes/);
  expect(would).toContain(`Plans to put back what ${changed} patrons had.`);
  const again = await job.ended(await processed("undo"));
  expect(again).toMatchObject({ counts: { updated: changed, failed: 0, conflict: 0, unprocessed: 0 } });
  const [first] = await job.outcomes(again.batchUpdateId, "?outcome=UPDATED");
  const { media } = await job.patron(first?.patronId ?? "");
  expect(media["DB"]).toMatchObject({ cutoff: 44 });
});

test("an execution that nobody knows", async () => {
  const held = gate(({ functionName }) => functionName.startsWith("PlanJob"));
  await bed.faults.during(held.rule, async () => {
    await hands.startOrphan("orphan");
    const item = await thing("Something is running that no job asked for", "executions/orphan");
    await keyboard.press(item.getByRole("link", { name: /^Look at the execution/ }));
    const steps = page.getByRole("list", { name: "Steps, in order" });
    await steps.getByText("Divides the work into chunks").waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await overflowAt320(page)).toEqual([]);
    expect(await act(page.getByRole("button", { name: /^Stop it/ }), /^Yes/)).toContain("Stops the execution.");
    await told();
    await spoken("The execution has ended: Stopped.");
    held.open();
  });
  await page.goto(`${bed.product.url}/support/audit`);
  await page.getByRole("table").getByRole("link", { name: "orphan", exact: true }).first().waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
});

test("numbers in a report that do not match", async () => {
  const { batchUpdateId: id } = await job.apply(await job.plan(few, { ...spec, changes: { cutoff: 45 } }));
  const { jsonl = "" } = await job.report(id);
  await hands.replaceReport(id, jsonl.slice(jsonl.indexOf("\n") + 1));
  await find(id);
  await keyboard.press(page.getByRole("button", { name: "Check the numbers" }));
  await page
    .getByRole("main")
    .getByText(/1 check does not agree/)
    .waitFor();
  await spoken("1 check does not agree.");
  await page.getByText(/total: \d+ counted, \d+ said/).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  const would = await act(page.getByRole("button", { name: /^Rewrite its report/ }), /^Yes/);
  expect(would).toContain("Nothing of a patron is changed.");
  await told();
  await until(
    async () => (await job.report(id)).jsonl,
    (text) => text === jsonl,
  );
  await keyboard.press(page.getByRole("button", { name: "Check them again" }));
  await page
    .getByRole("main")
    .getByText(/All numbers agree/)
    .waitFor();
  await spoken("All numbers agree.");
});
