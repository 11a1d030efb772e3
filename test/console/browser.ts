import { existsSync } from "node:fs";
import { mkdir, rmdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { AxeBuilder } from "@axe-core/playwright";
import chromium, { inflate } from "@sparticuz/chromium";
import { type Browser, type LaunchOptions, type Page, chromium as playwright } from "playwright-core";
import type { ClientName } from "#test/product";

/** The one process of `--single-process` dies with its first context; web security is part of what is tested. */
const unwanted = ["--single-process", "--disable-web-security", "--allow-running-insecure-content"];
const longestUnpacking = 60_000;

/** A headless Chromium, unpacked from npm's package: nothing has to be installed on the machine. */
export async function openBrowser(): Promise<Browser> {
  const options: LaunchOptions = {
    executablePath: await alone(() => chromium.executablePath()),
    args: chromium.args.filter((it) => !unwanted.includes(it)),
    env: { ...process.env, ...(existsSync("/etc/fonts") ? {} : { FONTCONFIG_PATH: join(tmpdir(), "fonts") }) },
  };
  try {
    return await playwright.launch(options);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("shared libraries")) throw error;
    // A machine without a desktop's libraries: the package brings those along too.
    const folder = dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium"));
    await alone(() => inflate(join(folder, "..", "bin", "al2023.tar.br")));
    return playwright.launch({ ...options, env: { ...options.env, LD_LIBRARY_PATH: join(tmpdir(), "al2023", "lib") } });
  }
}

/** Test files run side by side, and a browser that another one is still unpacking cannot be started. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const lock = join(tmpdir(), "chromium-being-unpacked");
  const started = Date.now();
  while (
    !(await mkdir(lock).then(
      () => true,
      () => Date.now() - started > longestUnpacking,
    ))
  )
    await wait(100);
  try {
    return await work();
  } finally {
    await rmdir(lock).catch(() => {});
  }
}

export interface Visitor {
  readonly page: Page;
  /** What went wrong in the browser: uncaught errors, refused styles and scripts, failed requests. */
  readonly faults: string[];
  /** What the live region said, each with its time in milliseconds. */
  spoken(): Promise<{ sentence: string; at: number }[]>;
  close(): Promise<void>;
}

/** Somebody with a browser of their own, signed in at the console. */
export async function visit(
  browser: Browser,
  url: string,
  {
    as = "piedmont-administrator",
    at = "/patrons",
    width = 1280,
  }: { as?: ClientName; at?: string; width?: number } = {},
): Promise<Visitor> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, timezoneId: "America/New_York" });
  await context.addInitScript(recordSpeech);
  await context.addInitScript(recordJumps);
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  page.on("crash", () =>
    console.warn(`The browser's page died by itself at ${page.url()}: its test is done once more.`),
  );
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    // The browser reports each answer of status 400 and above as an error of its own; tests look at what the page says.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      faults.push(message.text());
  });
  await page.goto(url + at);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Name").fill(as);
  await page.getByLabel("Password").fill("local");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${url}${at}`);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  return {
    page,
    faults,
    spoken: () => page.evaluate(() => JSON.parse(sessionStorage.getItem("spoken") ?? "[]")),
    close: () => context.close(),
  };
}

/** Runs in the browser: writes down, over reloads too, what the live region says. */
function recordSpeech(): void {
  new MutationObserver(() => {
    const region = document.querySelector('[role="status"]');
    const sentence = region?.textContent ?? "";
    const spoken = JSON.parse(sessionStorage.getItem("spoken") ?? "[]");
    if (sentence === "" || document.documentElement.dataset.spoken === sentence) return;
    document.documentElement.dataset.spoken = sentence;
    spoken.push({ sentence, at: Date.now() });
    sessionStorage.setItem("spoken", JSON.stringify(spoken));
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

/** Runs in the browser: sums up how much of the page has jumped since it was opened, as browsers count it. */
function recordJumps(): void {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (!Reflect.get(entry, "hadRecentInput")) sum += Reflect.get(entry, "value");
    Reflect.set(globalThis, "jumped", sum);
  }).observe({ type: "layout-shift", buffered: true });
}

/** How much of the page has jumped since it was opened: 1 is all of it by a whole window. */
export function jumped(page: Page): Promise<number> {
  return page.evaluate(() => Number(Reflect.get(globalThis, "jumped") ?? 0));
}

const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds on the page as it stands, in words; empty where it finds nothing. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  return await findings(page, (axe) => axe.withTags(standards));
}

/** Of these only what colors decide. */
export async function colorFindings(page: Page): Promise<string[]> {
  return await findings(page, (axe) => axe.withRules(["color-contrast"]));
}

async function findings(page: Page, choose: (axe: AxeBuilder) => AxeBuilder): Promise<string[]> {
  await atRest(page);
  const { violations } = await choose(new AxeBuilder({ page })).analyze();
  return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html).join(" | ")})`);
}

/** What fades from one color into another has neither of them meanwhile: waits up to two seconds until nothing does. */
async function atRest(page: Page): Promise<void> {
  const fading = () =>
    page.evaluate(
      () =>
        document
          .getAnimations()
          .filter((it) => it.playState === "running" && Number.isFinite(Number(it.effect?.getComputedTiming().endTime)))
          .length,
    );
  for (let look = 0; look < 40 && (await fading()) > 0; look++) await wait(50);
}

/** Elements that stick out of a window of 320 pixels, other than inside tables, which scroll by themselves. */
export async function overflowAt320(page: Page): Promise<string[]> {
  const before = page.viewportSize() ?? { width: 1280, height: 900 };
  await page.setViewportSize({ width: 320, height: 640 });
  const found = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= 320) return [];
    return [...document.querySelectorAll("body *")]
      .filter((it) => it.closest(".table-frame") === null && it.getBoundingClientRect().right > 321)
      .map((it) => it.outerHTML.slice(0, 120));
  });
  await page.setViewportSize(before);
  return found;
}
