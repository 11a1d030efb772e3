import type { MediumRecord } from "#domain/medium-record";
import { changedFields, type FieldWrites, type PlanLine } from "#domain/plan";
import { type Run, settle } from "#domain/settle";
import type { BatchUpdate } from "#records/batch-updates";
import { historyKey, mediumRecordKey } from "#records/keys";
import { loadMediumRecords } from "#records/medium-records";
import { type MediumWrite, writeMediumRecords } from "#records/medium-writer";
import { pause, type Write } from "#records/table";
import type { Dependencies } from "./dependencies.ts";
import { type Verdict, writeFailed, writtenOutcome } from "./verdict.ts";
import type { WritePermit } from "./write-permit.ts";

/** Tries to write one record on what was just read, before it counts as failed. */
const tries = 5;

/**
 * Writes the records of lines, each on the version that the plan saw. Where that is refused or in doubt, the record is
 * read and decides.
 *
 * @returns verdicts by line number; undefined where the run may write nothing more, so that closing must find out
 */
export async function writeLines(
  { store, writer }: Dependencies,
  batch: BatchUpdate & { readonly turn: number },
  lines: readonly PlanLine[],
  mayWrite: WritePermit,
): Promise<Map<number, Verdict> | undefined> {
  const run: Run = { by: batch.batchUpdateId, turn: batch.turn };
  const verdicts = new Map<number, Verdict>();
  const writes = lines.map((line) => mediumWrite(batch, line, line.version));
  const answers = await writeMediumRecords(writer.client, writer.name, batch.library, writes, { mayWrite });
  let open: PlanLine[] = [];
  lines.forEach((line, i) => {
    if (answers[i] === "WRITTEN") verdicts.set(line.line, written(line));
    else open.push(line);
  });
  for (let attempt = 0; open.length > 0; attempt++) {
    if (!(await mayWrite())) return undefined;
    if (attempt > 0) await pause(Math.random() * 100 * 2 ** attempt);
    const records = await loadMediumRecords(
      store,
      batch.library,
      batch.medium,
      open.map((line) => line.patronId),
    );
    const again: PlanLine[] = [];
    for (const line of open) {
      const record = records.get(line.patronId);
      const settlement = settle(line, record, run);
      if (settlement.is === "LATE") return undefined;
      if (settlement.is === "DONE") verdicts.set(line.line, written(line));
      else if (settlement.is === "UNCHANGED") verdicts.set(line.line, { outcome: "UNCHANGED" });
      else if (settlement.is === "CONFLICT") {
        verdicts.set(line.line, { outcome: "CONFLICT", problem: settlement.problem, current: settlement.current });
      } else if (attempt === tries) verdicts.set(line.line, writeFailed);
      else {
        if (!(await mayWrite())) return undefined;
        await writeOnto(writer, batch, line, record, settlement.version);
        again.push(line);
      }
    }
    open = again;
  }
  return verdicts;
}

function written(line: PlanLine): Verdict {
  return { outcome: writtenOutcome[line.action as keyof typeof writtenOutcome] };
}

/** Writes on a version other than the planned one. Whether it worked is read from the record in the next round. */
async function writeOnto(
  writer: Dependencies["writer"],
  batch: BatchUpdate & { readonly turn: number },
  line: PlanLine,
  record: MediumRecord | undefined,
  version: number | undefined,
): Promise<void> {
  const write = mediumWrite(batch, line, version);
  const found = record?.mark;
  const sameMark = found?.by === line.previous?.by && found?.at === line.previous?.at;
  if (sameMark || version === undefined) {
    await writeMediumRecords(writer.client, writer.name, batch.library, [write]);
    return;
  }
  // The plan line names another predecessor than the record does, so the true one is kept beside it.
  const { by, at } = write.mark ?? { by: "", at: 0 };
  const predecessor: Write = {
    put: {
      ...historyKey(batch.library, line.patronId, batch.medium, version + 1),
      by,
      at,
      ...(found !== undefined && { previous: { by: found.by, at: found.at } }),
    },
  };
  try {
    await writer.write(asUpdate(batch.library, write, version), predecessor);
  } catch {
    // Refused for now, or nobody knows: the record tells.
  }
}

function asUpdate(library: string, write: MediumWrite, version: number): Write {
  const removed = write.removed === undefined ? {} : { removed: write.removed };
  return {
    at: mediumRecordKey(library, write.patronId, write.medium),
    set: { ...write.fields, ...write.mark, ...removed, version: version + 1 },
    if: { expression: "version = :expected", values: { ":expected": version } },
  };
}

function mediumWrite(
  { batchUpdateId, medium, turn }: BatchUpdate & { readonly turn: number },
  line: PlanLine,
  expected: number | undefined,
): MediumWrite {
  const mark = { by: batchUpdateId, turn, at: line.line };
  const write = { patronId: line.patronId, medium, expected, mark };
  if (line.action === "UPDATE") return { ...write, fields: pick(line.after, changedFields(line.before, line.after)) };
  return {
    ...write,
    fields: line.after,
    ...((line.action === "REMOVE" || expected !== undefined) && { removed: line.action === "REMOVE" }),
  };
}

function pick(after: FieldWrites, fields: readonly (keyof FieldWrites)[]): FieldWrites {
  return Object.fromEntries(fields.map((field) => [field, after[field]]));
}
