import type { Page } from "playwright-core";
import { expect } from "vitest";
import { accessibilityFindings, overflowAt320 } from "./browser.ts";

/** What holds of every state of every view: axe finds nothing, and nothing is cut off at 320 pixels. */
export async function isFine(page: Page): Promise<void> {
  // Rows that are read anew are dimmed until they are there.
  await expect.poll(() => page.locator(".is-stale").count()).toBe(0);
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await overflowAt320(page)).toEqual([]);
}
