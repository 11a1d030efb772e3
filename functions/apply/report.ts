import { Readable } from "node:stream";
import { errorOutcomes } from "#domain/outcome";
import { errorRows, errorsHeader } from "#domain/report";
import type { BatchUpdate } from "#records/batch-updates";
import { csvMark, csvText } from "#records/csv";
import { type ApplyResult, outcomeLineSchema, readOutcomeTexts } from "#records/outcomes";
import { errorsKey, outcomesKey } from "#records/reports";
import { allEnded } from "#records/side-by-side";
import type { Store } from "#records/store";

/** Chunks that are read before it is their turn. */
const readAhead = 4;

/**
 * Writes both files of the report, chunk by chunk, whatever their size; each appears under its name only when it is whole.
 *
 * @returns rows of the errors file
 */
export async function writeReport(store: Store, batch: BatchUpdate, results: readonly ApplyResult[]): Promise<number> {
  let rows = 0;
  async function* errors() {
    yield csvMark + csvText([errorsHeader]);
    for (const result of results) {
      const { outcomes, problemFields } = result;
      if (!outcomes.some((outcome) => errorOutcomes.includes(outcome))) continue;
      const texts = await readOutcomeTexts(store, result);
      for (const [place, outcome] of outcomes.entries()) {
        if (!errorOutcomes.includes(outcome)) continue;
        const line = outcomeLineSchema.parse(JSON.parse(texts[place] ?? ""));
        for (const row of errorRows(line, batch.medium, problemFields[String(place)] ?? [])) {
          rows++;
          yield csvText([row]);
        }
      }
    }
  }
  const all = Readable.from(results).map(
    async (result: ApplyResult) => (await readOutcomeTexts(store, result)).map((text) => `${text}\n`).join(""),
    { concurrency: readAhead },
  );
  await allEnded([
    store.objects.putStream(outcomesKey(batch), all, "application/x-ndjson"),
    store.objects.putStream(errorsKey(batch), Readable.from(errors()), "text/csv; charset=utf-8"),
  ]);
  return rows;
}
