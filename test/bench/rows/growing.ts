import { batchRuns } from "../batch-run.ts";
import type { Bed } from "../bed.ts";
import { interleaved } from "../rounds.ts";
import { median, type Row, rowOfRounds } from "../row.ts";
import type { Sizes } from "../sizes.ts";
import { planAndApply, setOf } from "./applying.ts";

/** Time for each patron of ever larger batch updates, planned and applied, against the smallest. */
export async function growingRows(
  bed: Bed,
  patronIds: readonly string[],
  counts: readonly number[],
  { rounds, smallOnes }: Pick<Sizes, "rounds" | "smallOnes">,
): Promise<Row[]> {
  const runs = batchRuns(bed, "piedmont");
  const sizes = counts.map((count) => Math.min(count, patronIds.length));
  const [smallest = 0] = sizes;
  const sets = new Map<string, string>();
  for (const size of sizes) sets.set(String(size), await setOf(runs, patronIds.slice(0, size)));
  let change = 300;
  const contestants = [...sets].map(([size, querySetId]) => {
    const run = async () => {
      // Small ones are over quickly: several of them, so that a round of each is worth as much.
      const times = Number(size) === smallest ? smallOnes : 1;
      const each: number[] = [];
      for (let i = 0; i < times; i++) {
        const { plan, apply } = await planAndApply(runs, querySetId, change++);
        each.push(plan + apply);
      }
      return (median(each) / Number(size)) * 1e6;
    };
    return [size, run] as const;
  });
  const perPatron = await interleaved(rounds, Object.fromEntries(contestants));
  return sizes.slice(1).map((size) =>
    rowOfRounds(
      {
        name: `time per patron at ${size.toLocaleString("en")}, plan + apply`,
        unit: "µs/patron",
        against: `itself at ${smallest.toLocaleString("en")}`,
        reach: 1.2,
        direction: "at most",
      },
      perPatron[String(size)] ?? [],
      perPatron[String(smallest)] ?? [],
    ),
  );
}
