import type { Page } from "playwright-core";

/** How one press was answered, in milliseconds. */
export interface Answer {
  /** From the press to the next painting, as Event Timing has it: to the nearest 8, and 16 where it was less. */
  readonly painted: number;
  /** The longest that the page could not answer another press, until what was asked for was there. */
  readonly busy: number;
  /** From the press until what was asked for was there: with the requests that it took. */
  readonly there: number;
}

declare global {
  interface Window {
    /** What the browser has measured since the last look. */
    pressed: { began: number; events: number[]; tasks: number[] };
  }
}

/** Has the browser write down how it answers, from the next page on. */
export async function watchPresses(page: Page): Promise<void> {
  await page.context().addInitScript(watch);
}

/** Runs in the browser. */
function watch(): void {
  window.pressed = { began: 0, events: [], tasks: [] };
  const seen = (type: string, note: (entry: PerformanceEntry) => void) => {
    const options = { type, buffered: false, durationThreshold: 16 };
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) note(entry);
    }).observe(options);
  };
  seen("event", (entry) => {
    // Moves of the mouse are no press.
    if (!("interactionId" in entry) || entry.interactionId === 0) return;
    window.pressed.began ||= entry.startTime;
    window.pressed.events.push(entry.duration);
  });
  seen("longtask", (entry) => window.pressed.tasks.push(entry.duration));
}

/**
 * Presses once, and looks at how it was answered.
 *
 * @param shown waits for what was asked for
 */
export async function answerTo(page: Page, press: () => Promise<void>, shown: () => Promise<void>): Promise<Answer> {
  await quiet(page);
  await page.evaluate(() => {
    window.pressed = { began: 0, events: [], tasks: [] };
  });
  await press();
  await shown();
  const now = await page.evaluate(() => performance.now());
  await quiet(page);
  const { began, events, tasks } = await page.evaluate(() => window.pressed);
  const longest = (of: readonly number[]) => Math.max(0, ...of);
  return {
    // Nothing is told of what took less than 16.
    painted: Math.max(16, longest(events)),
    busy: longest(tasks),
    there: began === 0 ? 0 : now - began,
  };
}

/** Until the page has painted, has nothing to do, and what it measured has been told. */
async function quiet(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((done) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => setTimeout(done, 50)))),
      ),
  );
}
