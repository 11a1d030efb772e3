import { batchRuns } from "../batch-run.ts";
import type { Bed } from "../bed.ts";
import type { LibraryName } from "../patrons.ts";
import { bareShardQueries } from "../peers/bare-queries.ts";
import { interleaved, rates, timed } from "../rounds.ts";
import { type Row, rowOfRounds } from "../row.ts";

/** As an advisor asks: everybody with a digital book record whose serve code is on demand. */
const criteria = {
  all: [
    { field: "Media.medium", operator: "equals", value: "DB" },
    { field: "Media.serveCode", operator: "begins", value: "O" },
  ],
};

/** A query set over a whole library against reading it and keeping nothing. */
export async function queryingRow(bed: Bed, library: LibraryName, patrons: number, rounds: number): Promise<Row> {
  const runs = batchRuns(bed, library);
  const client = bed.plainClient();
  await runs.querySet({ criteria });
  await bareShardQueries(client, bed.endpoints.table, library);
  const seconds = await interleaved(rounds, {
    bare: () => timed(() => bareShardQueries(client, bed.endpoints.table, library)),
    ours: async () => (await runs.querySet({ criteria })).seconds,
  });
  client.destroy();
  return rowOfRounds(
    {
      name: `query set over ${patrons.toLocaleString("en")} patrons`,
      unit: "patrons/s",
      against: "bare shard queries, side by side",
      reach: 0.8,
      direction: "at least",
    },
    rates(patrons, seconds.ours),
    rates(patrons, seconds.bare),
  );
}
