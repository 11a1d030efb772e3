/**
 * Who waits for a free place: a line for each caller, taken from in turn, so that one with thousands of calls holds up
 * another's few by one call each.
 */
export class WaitingLine<Waiting> {
  readonly #lines = new Map<string, Set<Waiting>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(turn: string, one: Waiting): void {
    const line = this.#lines.get(turn) ?? new Set();
    line.add(one);
    this.#lines.set(turn, line);
    this.#size++;
  }

  /** Takes out one that waits no longer. */
  remove(turn: string, one: Waiting): boolean {
    const line = this.#lines.get(turn);
    if (line?.delete(one) !== true) return false;
    if (line.size === 0) this.#lines.delete(turn);
    this.#size--;
    return true;
  }

  /** The first of the line whose turn it is, which then goes to the end of the round. */
  next(): Waiting | undefined {
    for (const [turn, line] of this.#lines) {
      this.#lines.delete(turn);
      const [first] = line;
      if (first === undefined) continue;
      line.delete(first);
      if (line.size > 0) this.#lines.set(turn, line);
      this.#size--;
      return first;
    }
    return undefined;
  }
}
