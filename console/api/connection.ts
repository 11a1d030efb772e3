/** Whether the last request reached the service. Listened to by the notice at the top of the page. */
class Connection {
  #isLost = false;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly isLost = (): boolean => this.#isLost;

  lost(): void {
    this.#set(true);
  }

  found(): void {
    this.#set(false);
  }

  #set(isLost: boolean): void {
    if (isLost === this.#isLost) return;
    this.#isLost = isLost;
    for (const listener of this.#listeners) listener();
  }
}

export const connection = new Connection();
