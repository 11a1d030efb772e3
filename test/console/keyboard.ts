import type { Locator, Page } from "playwright-core";

/** Stops after which what is looked for cannot be reached by the keyboard. */
const mostStops = 200;

/** What somebody needed who has a keyboard alone. */
export interface Needed {
  readonly views: number;
  readonly stops: number;
  readonly keys: number;
  readonly seconds: number;
}

/** Somebody who has a keyboard alone: whatever is done is done by keys, and counted. */
export class Keyboard {
  readonly #page: Page;
  readonly #views = new Set<string>();
  readonly #began = performance.now();
  #stops = 0;
  #keys = 0;

  constructor(page: Page) {
    this.#page = page;
    this.#look();
  }

  /** Goes on from stop to stop until the element has the focus. */
  async to(element: Locator): Promise<void> {
    await element.waitFor();
    for (let stop = 0; stop < mostStops; stop++) {
      if (await element.evaluate((it) => it === document.activeElement)) return;
      await this.#page.keyboard.press("Tab");
      this.#stops++;
      this.#keys++;
    }
    throw new Error(`${element} is not reached by the keyboard`);
  }

  async press(element: Locator): Promise<void> {
    await this.to(element);
    await this.#page.keyboard.press("Enter");
    this.#keys++;
    this.#look();
  }

  async type(element: Locator, text: string): Promise<void> {
    await this.to(element);
    await this.#page.keyboard.type(text);
    this.#keys += text.length;
  }

  needed(): Needed {
    this.#look();
    const seconds = Math.round((performance.now() - this.#began) / 100) / 10;
    return { views: this.#views.size, stops: this.#stops, keys: this.#keys, seconds };
  }

  /** A view is an address; what came of the last key is looked at when the next is pressed. */
  #look(): void {
    this.#views.add(new URL(this.#page.url()).pathname);
  }
}
