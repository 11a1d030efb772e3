/** How much of everything a bench run takes. */
export interface Sizes {
  readonly rounds: number;
  /** Titles of each library's catalogue. */
  readonly titles: number;
  /** Patrons of a batch update that is timed against its peers. */
  readonly update: number;
  /** Of one on files, which a quick run has none of. */
  readonly updateOnFiles?: number;
  /** Patrons of the library that all but files, cost and memory are measured on; it is queried whole. */
  readonly library: number;
  /** Patrons of another one that is queried whole. */
  readonly smallLibrary?: number;
  readonly queues: number;
  /** Patrons of the library, and of each job in it, from which one is erased. */
  readonly erasing: number;
  /** Patrons of the library that floods the others. */
  readonly flooding: number;
  /** Patrons of one batch update, the smallest first: the others are held against it. */
  readonly growth: readonly number[];
  /** Updates of the smallest size in each round of growth. */
  readonly smallOnes: number;
  /** Patrons of two libraries of which the second must not need much more memory than the first. */
  readonly memory: readonly [number, number];
  /** Patrons of the library, and of the update in it, that are metered and priced. */
  readonly cost: readonly [number, number];
}

export const fullSizes: Sizes = {
  rounds: 5,
  titles: 5000,
  update: 10_000,
  updateOnFiles: 10_000,
  library: 100_000,
  smallLibrary: 20_000,
  queues: 10_000,
  erasing: 20_000,
  flooding: 5000,
  growth: [1000, 10_000, 100_000],
  smallOnes: 3,
  memory: [10_000, 100_000],
  cost: [100_000, 20_000],
};

/** The same ratios, as quickly as they still mean something. */
export const quickSizes: Sizes = {
  rounds: 2,
  titles: 1000,
  update: 2000,
  library: 10_000,
  queues: 1000,
  erasing: 2000,
  flooding: 2000,
  growth: [1000, 10_000],
  smallOnes: 1,
  memory: [1000, 10_000],
  cost: [5000, 2000],
};
