/**
 * A set of line numbers, kept as a bitmap: which members of a query set, or which lines of a plan, are excluded or chosen.
 * 100,000 lines take 12.5 kB, well under the limit of one item.
 */
export class LineSet {
  readonly #bits: Uint8Array;

  constructor(bits: Uint8Array) {
    this.#bits = bits;
  }

  static none(lines: number): LineSet {
    return new LineSet(new Uint8Array(Math.ceil(lines / 8)));
  }

  static of(lines: number, chosen: Iterable<number>): LineSet {
    return LineSet.none(lines).with(chosen);
  }

  has(line: number): boolean {
    return (((this.#bits[line >> 3] ?? 0) >> (line & 7)) & 1) === 1;
  }

  with(chosen: Iterable<number>): LineSet {
    const bits = this.#bits.slice();
    for (const line of chosen) bits[line >> 3] = (bits[line >> 3] ?? 0) | (1 << (line & 7));
    return new LineSet(bits);
  }

  without(chosen: Iterable<number>): LineSet {
    const bits = this.#bits.slice();
    for (const line of chosen) bits[line >> 3] = (bits[line >> 3] ?? 0) & ~(1 << (line & 7));
    return new LineSet(bits);
  }

  /** How many lines from `from` up to, not including, `to` are in the set. */
  count(from = 0, to = this.#bits.length * 8): number {
    let count = 0;
    for (let line = from; line < to; line++) {
      if ((line & 7) === 0 && line + 8 <= to) {
        count += ones[this.#bits[line >> 3] ?? 0] ?? 0;
        line += 7;
      } else if (this.has(line)) {
        count++;
      }
    }
    return count;
  }

  get bytes(): Uint8Array {
    return this.#bits;
  }
}

const ones = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);
