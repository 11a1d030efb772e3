/** A stream of numbers that is the same for the same seed, on every machine. */
export interface Random {
  /** From 0 up to, and without, 1. */
  next(): number;
  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** Picks by weight: an entry with weight 3 comes three times as often as one with weight 1. */
  weighted<T>(list: readonly (readonly [T, number])[]): T;
  /** Distinct entries, in the order drawn; fewer where the list is shorter. */
  several<T>(list: readonly T[], count: number): T[];
}

/** Seeded random numbers (splitmix32 over a hash of the seed): good enough for samples, useless for secrets. */
export function seededRandom(seed: string): Random {
  let state = hash(seed);
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  };
  const whole = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    whole,
    chance: (probability) => next() < probability,
    pick: (list) => list[whole(0, list.length - 1)] ?? list[0],
    weighted(list) {
      let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of list) {
        left -= weight;
        if (left < 0) return value;
      }
      const last = list.at(-1);
      if (last === undefined) throw new RangeError("There is nothing to pick from");
      return last[0];
    },
    several(list, count) {
      const drawn = new Set<(typeof list)[number]>();
      const most = Math.min(count, list.length);
      for (let tries = 0; drawn.size < most && tries < 20 * most; tries++) {
        const entry = list[whole(0, list.length - 1)];
        if (entry !== undefined) drawn.add(entry);
      }
      return [...drawn];
    },
  };
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value | 0;
}
