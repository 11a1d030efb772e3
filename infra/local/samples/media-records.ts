import type { PatronLine } from "#domain/import/patron-line";
import type { Random } from "./random.ts";

type Medium = NonNullable<PatronLine["media"]>[number];

const shares: readonly (readonly [string, number])[] = [
  ["DB", 0.86],
  ["BR", 0.14],
  ["LP", 0.12],
  ["DV", 0.09],
  ["LDS", 0.06],
];

const serveCodes: readonly (readonly [string | undefined, number])[] = [
  ["NA", 42],
  ["NL", 14],
  ["WA", 12],
  ["MA", 6],
  ["OA", 8],
  ["OL", 8],
  ["CA30", 6],
  [undefined, 4],
];

/** How a patron is served: most in one medium, some in several, a few in none. */
export function sampleMedia(random: Random): Medium[] {
  return shares.filter(([, share]) => random.chance(share)).map(([medium]) => record(random, medium));
}

function record(random: Random, medium: string): Medium {
  const serveCode = random.weighted(serveCodes);
  const duplicated = medium === "DB" && random.chance(0.6);
  const sizes = random.chance(0.85) ? sizesOf(random) : {};
  return {
    medium,
    status: random.chance(0.93) ? "ACTIVE" : "INACTIVE",
    ...(serveCode !== undefined && { serveCode }),
    ...(random.chance(0.95) && { deliveryMethod: duplicated ? "DUPLICATION" : "PHYSICAL" }),
    ...(random.chance(0.12) && { nextServiceDate: nextServiceDate(random) }),
    ...(random.chance(0.3) && { cutoff: random.whole(0, 30) }),
    nightlyDebug: random.chance(0.02),
    ...sizes,
    ...(random.chance(0.8) && { lastServedOn: `2026-${two(random.whole(1, 6))}-${two(random.whole(1, 28))}` }),
  };
}

function sizesOf(random: Random): Partial<Medium> {
  const maxServiceQueueSize = random.weighted([
    [10, 3],
    [15, 2],
    [20, 5],
    [30, 2],
    [60, 1],
  ]);
  return {
    maxServiceQueueSize,
    ...(random.chance(0.8) && { refillPoint: random.whole(0, Math.floor(maxServiceQueueSize / 2)) }),
    ...(random.chance(0.8) && { maxTitlesPerCartridge: random.whole(1, 12), cartridgeLimit: random.whole(1, 4) }),
  };
}

/** Past and future days: a past one has no effect any more, and real records are full of them. */
function nextServiceDate(random: Random): string {
  return `${random.whole(2024, 2028)}-${two(random.whole(1, 12))}-${two(random.whole(1, 28))}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
