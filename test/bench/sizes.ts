/** How much of everything a bench run takes. */
export interface Sizes {
  readonly rounds: number;
  /** Patrons of a batch update that is timed against its peers. */
  readonly update: number;
  readonly updateOnFiles: number;
  /** Patrons of the two libraries that are queried whole. */
  readonly queries: readonly [number, number];
  readonly queues: number;
  /** Patrons of one batch update, the smallest first: the others are held against it. */
  readonly growth: readonly number[];
  /** Patrons of two libraries of which the second must not need much more memory than the first. */
  readonly memory: readonly [number, number];
  /** Patrons of the library, and of the update in it, that are metered and priced. */
  readonly cost: readonly [number, number];
}

export const fullSizes: Sizes = {
  rounds: 5,
  update: 10_000,
  updateOnFiles: 10_000,
  queries: [20_000, 100_000],
  queues: 10_000,
  growth: [1000, 10_000, 100_000],
  memory: [10_000, 100_000],
  cost: [100_000, 20_000],
};

/** The same ratios, as quickly as they still mean something. */
export const quickSizes: Sizes = {
  rounds: 2,
  update: 3000,
  updateOnFiles: 500,
  queries: [5000, 10_000],
  queues: 1000,
  growth: [1000, 10_000],
  memory: [1000, 10_000],
  cost: [6000, 5000],
};
