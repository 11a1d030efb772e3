import { Readable } from "node:stream";
import { errorOutcomes } from "#domain/outcome";
import { errorRows, errorsHeader } from "#domain/report";
import type { BatchUpdate } from "#records/batch-updates";
import { csvMark, csvText } from "#records/csv";
import { type ApplyResult, outcomeLineSchema, readOutcomeTexts } from "#records/outcomes";
import { errorsKey, outcomesKey } from "#records/reports";
import type { Store } from "#records/store";

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
  async function* all() {
    for (const result of results) {
      const texts = await readOutcomeTexts(store, result);
      if (texts.length > 0) yield `${texts.join("\n")}\n`;
    }
  }
  await store.objects.putStream(outcomesKey(batch), Readable.from(all()), "application/x-ndjson");
  await store.objects.putStream(errorsKey(batch), Readable.from(errors()), "text/csv; charset=utf-8");
  return rows;
}
