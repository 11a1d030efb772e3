import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { FaultyProduct } from "#test/faults/product";
import { gate } from "#test/faults/rules";
import { type Batch, jobs } from "#test/job";
import { NumbersOnTheWay } from "#test/numbers";
import { patronIds, patronLine } from "#test/patron-lines";
import { isFine } from "./fine.ts";
import { confirmed, finished, processButton, processOpener, reviewed } from "./job.ts";

/** A chunk of 500 that goes through, and one that is held up. */
const done = 500;
const left = 20;
const name = "Stopped halfway";

interface Bed {
  readonly faulty: FaultyProduct;
  readonly page: Page;
  /** What ended before with patrons who could not be changed, by its name. */
  readonly withErrors: string;
}

/**
 * A run that is held up after its first chunk, looked at while it stands there, and canceled. Queues are held up too.
 *
 * @param bed asked for when the tests run
 */
export function cancelledRun(bed: () => Bed): void {
  describe("a run that is canceled", () => {
    const section = (title: string): Locator => bed().page.getByRole("region", { name: title });
    const item = (title: string) => section(title).getByRole("listitem").filter({ hasText: name });
    const home = () => bed().page.getByRole("link", { name: /^Home/ }).click();
    let run: Batch;

    it("shows patrons and queues side by side with what waits for whom, and stops where it is asked to", async () => {
      const { faulty, page } = bed();
      run = await planned(faulty);
      await page.goto(`${faulty.product.url}/batch-updates/${run.batchUpdateId}`);
      await reviewed(page);
      await page.evaluate(writeNumbersDown);
      const chunk = gate(
        ({ functionName, key }) => functionName.startsWith("ApplyChunk") && key.endsWith("/plan/lines/00001.jsonl"),
        // Its worker dies, and when it comes again the run is being canceled.
        { crash: "BEFORE" },
      );
      const fills = gate(({ functionName }) => functionName.startsWith("BatchManagerFill"));
      await faulty.faults.during(chunk.rule, async () => {
        await faulty.faults.during(fills.rule, async () => {
          await processOpener(page).click();
          await page.getByLabel("Type the number of patrons").fill(String(done + left));
          await processButton(page).click();
          await section("Patrons").getByText(`${left} patrons are still to be checked.`).waitFor();
          const waiting = `${done} queues are waiting for the batch manager. More are asked for as patrons are updated.`;
          await section("Service queues").getByText(waiting).waitFor();
          expect(await top(section("Patrons"))).toBe(await top(section("Service queues")));
          await isFine(page);

          await home();
          await item("Running now")
            .getByText(`${done} of ${done + left} patrons`)
            .waitFor();
          await item("Running now").locator(".state-moving", { hasText: "Processing" }).waitFor();
          await item("Running now").getByRole("link", { name }).click();

          await page.getByRole("button", { name: "Cancel this batch update" }).click();
          await confirmed(page, "Yes, cancel it");
          await page.getByRole("heading", { level: 1, name: "Canceling the batch update" }).waitFor();
          await page.getByText("What is being written right now is finished; then it stops.").waitFor();
          await isFine(page);
          chunk.open();
          await finished(page);
          await section("What happened").getByText(`${done} queues are waiting for the batch manager.`).waitFor();
          fills.open();
          await section("What happened").getByText("All queues are filled.").waitFor();
        });
      });
      const numbers = new NumbersOnTheWay(name);
      const seen = await numbersWrittenDown(page);
      for (const { of, ...progress } of seen) numbers.progress(of, progress);
      expect(new Set(seen.map(({ of }) => of))).toEqual(new Set(["patrons checked", "service queues"]));
    });

    it("is told as what was asked for, with its counts, and nothing of it is red", async () => {
      const { page } = bed();
      const told = page.locator(".usa-alert--info", { hasText: `Canceled: ${done} patrons changed` });
      await told
        .getByText(`As requested. ${done} patrons had been changed before, and ${left} patrons were not reached.`)
        .waitFor();
      expect(await page.locator(".usa-alert--error, .usa-alert--warning").count()).toBe(0);
      await page.getByRole("button", { name: `Show: Updated ${done}` }).waitFor();
      await page.getByRole("button", { name: `Show: Not reached ${left}` }).waitFor();
      await isFine(page);
    });

    it("has ended for Home and the list, and needs no look, as one with errors does", async () => {
      const { page, withErrors, faulty } = bed();
      await home();
      await item("Ended in the last seven days").locator(".state-stopped", { hasText: "Canceled" }).waitFor();
      await section("Ended, and needs a look").getByRole("link", { name: withErrors }).waitFor();
      expect(await item("Ended, and needs a look").count()).toBe(0);
      await isFine(page);
      await page.goto(`${faulty.product.url}/batch-updates`);
      await page
        .getByRole("row", { name: new RegExp(name) })
        .locator(".state-stopped")
        .waitFor();
    });

    it("is retried once: while the retry stands, the result leads to it", async () => {
      const { page, faulty } = bed();
      await page.goto(`${faulty.product.url}/batch-updates/${run.batchUpdateId}`);
      await page.getByRole("button", { name: `Retry ${left} patrons` }).click();
      await reviewed(page, "Review the retry");
      await page.goBack();
      await page.getByRole("link", { name: "see the retry" }).waitFor();
      await page.getByRole("button", { name: /^Undo all/ }).waitFor();
      expect(await page.getByRole("button", { name: /^Retry/ }).count()).toBe(0);
      await isFine(page);
    });
  });
}

async function planned({ product }: FaultyProduct): Promise<Batch> {
  const job = jobs(product);
  const ids = patronIds(done + left, "HALT");
  await job.importLines(
    "patrons",
    ids.map((id) => patronLine(id)),
  );
  const { querySetId } = await job.querySet({ patronIds: ids });
  return await job.plan(querySetId, { medium: "DB", nightlyDebug: false, changes: { addServiceQueue: true }, name });
}

const top = (it: Locator) => it.evaluate((element) => element.getBoundingClientRect().top);

/** Runs in the browser: keeps what each bar says, in its order, for as long as the page is there. */
function writeNumbersDown(): void {
  const seen: string[] = [];
  new MutationObserver(() => {
    for (const bar of document.querySelectorAll('[role="progressbar"]')) {
      const words = bar.getAttribute("aria-valuetext") ?? "";
      if (seen.findLast((it) => it.endsWith(words.split(" ").slice(3).join(" "))) !== words) seen.push(words);
    }
    document.documentElement.dataset["progress"] = JSON.stringify(seen);
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-valuetext"] });
}

/** What {@link writeNumbersDown} has kept. A bar that has only begun says no numbers. */
async function numbersWrittenDown(page: Page) {
  const kept = z.array(z.string()).parse(JSON.parse((await page.getAttribute("html", "data-progress")) ?? "[]"));
  const words = z.tuple([z.string(), z.coerce.number(), z.coerce.number(), z.string()]);
  return kept
    .map((it) => /^([\d,]+) of ([\d,]+) (.+)$/.exec(it.replaceAll(",", "")))
    .filter((it) => it !== null)
    .map((found) => {
      const [, seenDone, total, of] = words.parse([...found]);
      return { of, done: seenDone, total };
    });
}
