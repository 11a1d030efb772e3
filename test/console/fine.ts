import type { Page } from "playwright-core";
import { expect } from "vitest";
import { accessibilityFindings, overflowAt320 } from "./browser.ts";

/** What holds of every state of every view: axe finds nothing, and nothing is cut off at 320 pixels. */
export async function isFine(page: Page): Promise<void> {
  expect(await accessibilityFindings(page)).toEqual([]);
  expect(await overflowAt320(page)).toEqual([]);
}
