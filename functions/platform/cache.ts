/** Keeps what was used last, for a warm function's next call; what was used longest ago goes first. */
export class Cache<Value> {
  readonly #most: number;
  readonly #kept = new Map<string, { readonly value: Value; readonly weight: number }>();

  /** @param most what all that is kept may weigh together; the one used last stays, whatever it weighs */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, found); // as the one used last
    return found.value;
  }

  set(key: string, value: Value, weight = 1): void {
    this.#kept.delete(key);
    this.#kept.set(key, { value, weight });
    let sum = [...this.#kept.values()].reduce((total, one) => total + one.weight, 0);
    for (const [oldest, { weight: freed }] of this.#kept) {
      if (sum <= this.#most || oldest === key) return;
      this.#kept.delete(oldest);
      sum -= freed;
    }
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }
}

/**
 * What is kept under a key, or else loaded, once for all who ask meanwhile. What could not be loaded is not kept.
 *
 * @throws what loading threw
 */
export async function keptOrLoaded<Value>(
  cache: Cache<Promise<Value>>,
  key: string,
  load: () => Promise<Value>,
  weight = 1,
): Promise<Value> {
  const known = cache.get(key);
  if (known !== undefined) return await known;
  const loading = load();
  cache.set(key, loading, weight);
  try {
    return await loading;
  } catch (error) {
    if (cache.get(key) === loading) cache.delete(key);
    throw error;
  }
}
