import { folded } from "#domain/text";

/** Numbers for texts, the same for spellings that differ only in case. */
export class Keys {
  readonly #byText = new Map<string, number>();
  readonly #bySpelling: Uint32Array;

  constructor(spellings: readonly string[]) {
    this.#bySpelling = Uint32Array.from(spellings, (spelling) => {
      const text = folded(spelling);
      const key = this.#byText.get(text) ?? this.#byText.size;
      this.#byText.set(text, key);
      return key;
    });
  }

  get size(): number {
    return this.#byText.size;
  }

  ofText(text: string): number | undefined {
    return this.#byText.get(folded(text));
  }

  ofSpelling(spelling: number): number {
    return this.#bySpelling[spelling] ?? 0;
  }
}

type Visit = (member: number, put: (key: number) => void) => void;

/** For each key a list of numbers, all in one array: an array object per key would cost more than its content. */
export class Groups {
  readonly #starts: Uint32Array;
  readonly #members: Uint32Array;

  /** @param starts where each key's list begins in `members`, and after them the end of the last one */
  constructor(starts: Uint32Array, members: Uint32Array) {
    this.#starts = starts;
    this.#members = members;
  }

  /** Asks `visit` twice for the keys of each member from 0 on: to measure the lists, then to fill them in that order. */
  static collect(keys: number, members: number, visit: Visit): Groups {
    const starts = new Uint32Array(keys + 1);
    const count = (key: number) => {
      starts[key + 1] = (starts[key + 1] ?? 0) + 1;
    };
    for (let member = 0; member < members; member++) visit(member, count);
    for (let key = 0; key < keys; key++) starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0);
    const list = new Uint32Array(starts[keys] ?? 0);
    const next = starts.slice();
    for (let member = 0; member < members; member++) {
      visit(member, (key) => {
        const at = next[key] ?? 0;
        list[at] = member;
        next[key] = at + 1;
      });
    }
    return new Groups(starts, list);
  }

  of(key: number): Uint32Array {
    return this.#members.subarray(this.#starts[key], this.#starts[key + 1]);
  }

  /** Like {@link of}, without making a view for it. */
  eachOf(key: number, use: (member: number) => void): void {
    const end = this.#starts[key + 1] ?? 0;
    for (let at = this.#starts[key] ?? 0; at < end; at++) use(this.#members[at] ?? 0);
  }

  sortEach(order: (a: number, b: number) => number): void {
    for (let key = 0; key + 1 < this.#starts.length; key++) this.of(key).sort(order);
  }
}
