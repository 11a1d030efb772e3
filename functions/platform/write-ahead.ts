const atOnce = 8;

/** Lets a few writes be under way while the next are prepared, and ends only when every one of them has ended. */
export class WriteAhead {
  readonly #open = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  /** Starts a write as soon as fewer than 8 are open. Throws what an earlier one threw. */
  async add(write: () => Promise<unknown>): Promise<void> {
    while (this.#open.size >= atOnce) await Promise.race(this.#open);
    if (this.#failure !== undefined) throw this.#failure.error;
    const running: Promise<void> = write().then(
      () => void this.#open.delete(running),
      (error: unknown) => {
        this.#failure ??= { error };
        this.#open.delete(running);
      },
    );
    this.#open.add(running);
  }

  async end(): Promise<void> {
    await Promise.allSettled(this.#open);
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
