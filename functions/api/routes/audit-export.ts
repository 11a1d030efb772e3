import { Readable } from "node:stream";
import type { audit } from "#contract/audit";
import { auditHeader, auditRows } from "#domain/audit/rows";
import { csvMark, csvText } from "#domain/csv";
import { exportFileKey } from "#records/exports/export-objects";
import { type AuditFilter, allOfAudit, madeAtOf } from "#records/library/audit";
import { openScratch } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import { Problem } from "../problem.ts";
import { type CallOf, type Dependencies, ok } from "../route.ts";

/** Entries of one file: what is read and written within the time of a request. */
const mostEntries = 50_000;
/** Milliseconds for which the file is kept: longer than its link is good for. */
const kept = 3_600_000;

/** Writes the audit as a spreadsheet. The file is of this request alone, and deleted by the sweep. */
export async function exportAudit(
  { query, newId: id, now }: CallOf<typeof audit.export>,
  { store, stores }: Dependencies,
) {
  const { library } = store;
  const keepUntil = new Date(now.getTime() + kept).toISOString();
  await store.table.write(openScratch({ library, id, scratchOf: "export", keepUntil }));
  const madeAt = await madeAtOf(stores.across, library);
  const key = exportFileKey(store, id, "audit.csv");
  await store.objects.putStream(key, Readable.from(rows(store, query, madeAt)), "text/csv; charset=utf-8");
  const name = `${library}-audit-${now.toISOString().slice(0, 10)}.csv`;
  return ok({ csvUrl: await store.objects.downloadUrl(key, name, "text/csv; charset=utf-8") });
}

async function* rows(store: Store, filter: AuditFilter, madeAt: string | undefined): AsyncGenerator<string> {
  yield csvMark + csvText([auditHeader]);
  let entries = 0;
  for await (const some of allOfAudit(store, filter, madeAt)) {
    entries += some.length;
    if (entries > mostEntries) {
      throw new Problem("TOO_LARGE", "There are more than 50,000 entries. Narrow them with from and to.");
    }
    yield csvText(some.flatMap(auditRows));
  }
}
