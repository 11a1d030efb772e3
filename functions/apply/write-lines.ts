import { type Verdict, writeFailed, writtenVerdict } from "#domain/batch-update/verdict";
import type { OfLibrary } from "#domain/ids";
import { changedFields, type FieldWrites, type PlanLine, patronGone } from "#domain/plan/plan";
import { type Run, settle } from "#domain/plan/settle";
import type { MediumRecord, WriteMark } from "#domain/profile/medium-record";
import { errorName, logged } from "#platform/cause";
import { logger } from "#platform/logger";
import { backOff } from "#platform/pause";
import { allEnded } from "#platform/side-by-side";
import type { BatchUpdate } from "#records/batch-updates/batch-updates";
import { heldNote } from "#records/profiles/held-values";
import { encodeMark, loadMediumRecords } from "#records/profiles/medium-records";
import { type MediumWrite, type MediumWriteOutcome, writeMediumRecords } from "#records/profiles/medium-writer";
import { loadMainStatuses } from "#records/profiles/patron-states";
import { historyKey, mediumRecordKey } from "#records/store/keys";
import type { Write } from "#records/store/table";
import type { Dependencies } from "./dependencies.ts";
import type { WritePermit } from "./write-permit.ts";

/** Tries to write one record on what was just read, before it counts as failed. */
const tries = 5;

/**
 * Writes the records of lines, each on the version that the plan saw. Where that is refused or in doubt, the record is
 * read and decides, and whether there still is such a patron: one may be erased at any moment, which leaves a record
 * that is not at the version it had.
 *
 * @returns verdicts by line number; undefined where the run may write nothing more, so that closing must find out
 */
export async function writeLines(
  { store, writer }: Dependencies,
  batch: BatchUpdate & { readonly turn: number },
  chunk: number,
  lines: readonly PlanLine[],
  mayWrite: WritePermit,
): Promise<Map<number, Verdict> | undefined> {
  const run: Run = { by: batch.batchUpdateId, turn: batch.turn };
  const verdicts = new Map<number, Verdict>();
  const errors: LastErrors = new Map();
  const planned = lines.map((line) => ({ line, version: line.version }));
  const answers = await writeOnce(writer, batch, planned, mayWrite, errors);
  let open: PlanLine[] = [];
  lines.forEach((line, i) => {
    if (answers[i] === "WRITTEN") verdicts.set(line.line, writtenVerdict(line));
    else open.push(line);
  });
  for (let attempt = 0; open.length > 0; attempt++) {
    if (!(await mayWrite())) return undefined;
    if (attempt > 0) await backOff(attempt, 100);
    const patronIds = open.map((line) => line.patronId);
    const [records, patrons] = await allEnded([
      loadMediumRecords(store, batch.medium, patronIds),
      loadMainStatuses(store, patronIds),
    ]);
    const onto: Onto[] = [];
    for (const line of open) {
      const record = records.get(line.patronId);
      const settlement = settle(line, record, run);
      if (settlement.is === "LATE") return undefined;
      if (settlement.is === "DONE") verdicts.set(line.line, writtenVerdict(line));
      else if (!patrons.has(line.patronId)) verdicts.set(line.line, gone);
      else if (settlement.is === "UNCHANGED") verdicts.set(line.line, { outcome: "UNCHANGED" });
      else if (settlement.is === "CONFLICT") {
        verdicts.set(line.line, { outcome: "CONFLICT", problem: settlement.problem, current: settlement.current });
      } else if (attempt === tries) {
        const error = errors.get(line.line) ?? "ConditionalCheckFailed";
        verdicts.set(line.line, writeFailed(error, chunk, 1 + tries));
      } else onto.push({ line, record, version: settlement.version, held: settlement.held === true });
    }
    await writeOnto(writer, batch, onto, mayWrite, errors);
    open = onto.map(({ line }) => line);
  }
  return verdicts;
}

const gone: Verdict = { outcome: patronGone.action, problem: patronGone.problem };

/** By line number: the name of the error that its last try met. */
type LastErrors = Map<number, string>;

async function writeOnce(
  writer: Dependencies["writer"],
  batch: BatchUpdate & { readonly turn: number },
  writes: readonly { readonly line: PlanLine; readonly version: number | undefined }[],
  mayWrite: WritePermit,
  last: LastErrors,
): Promise<MediumWriteOutcome[]> {
  const errors = new Map<number, string>();
  const records = writes.map(({ line, version }) => mediumWrite(batch, line, version));
  const answers = await writeMediumRecords(writer, records, { mayWrite, errors });
  for (const [place, error] of errors) {
    const write = writes[place];
    if (write !== undefined) last.set(write.line.line, error);
  }
  return answers;
}

/** A line to be written on another version than the planned one. */
interface Onto {
  readonly line: PlanLine;
  readonly record: MediumRecord | undefined;
  readonly version: number | undefined;
  readonly held: boolean;
}

/** Writes on versions just read. Whether it worked is read from the records in the next round. */
async function writeOnto(
  writer: Dependencies["writer"],
  batch: BatchUpdate & { readonly turn: number },
  all: readonly Onto[],
  mayWrite: WritePermit,
  last: LastErrors,
): Promise<void> {
  await writeOnce(writer, batch, all.filter(isPlain), mayWrite, last);
  for (const { line, record, version, held } of all.filter((one) => !isPlain(one))) {
    if (version === undefined || !(await mayWrite())) return;
    const write = mediumWrite(batch, line, version);
    // The plan line may name another predecessor than the record does, so the true one is kept beside it.
    const { by, at } = write.mark;
    const found = record?.mark;
    const predecessor: Write = {
      put: {
        ...historyKey(batch, line.patronId, batch.medium, version + 1),
        by,
        at,
        ...(found !== undefined && { previous: { by: found.by, at: found.at } }),
      },
    };
    const note = held ? [heldNote(batch, line.patronId, batch.batchUpdateId)] : [];
    try {
      await writer.table.write(asUpdate(batch, write, version), predecessor, ...note);
    } catch (error) {
      // Refused for now, or nobody knows: the record tells.
      last.set(line.line, errorName(error));
      logger.warn("A record could not be written with its history", logged(error));
    }
  }
}

/** Whether the plan line says all there is to say: what was changed, and who wrote the record before, as history needs. */
function isPlain({ line, record, version, held }: Onto): boolean {
  const found = record?.mark;
  if (version === undefined) return true;
  return !held && found?.by === line.previous?.by && found?.at === line.previous?.at;
}

type MarkedWrite = MediumWrite & { readonly mark: WriteMark };

function asUpdate(of: OfLibrary, write: MarkedWrite, version: number): Write {
  const removed = write.removed === undefined ? {} : { removed: write.removed };
  return {
    key: mediumRecordKey(of, write.patronId, write.medium),
    set: { ...write.fields, mark: encodeMark(write.mark), ...removed, version: version + 1 },
    if: { expression: "#version = :expected", names: { "#version": "version" }, values: { ":expected": version } },
  };
}

function mediumWrite(
  { batchUpdateId, medium, turn }: BatchUpdate & { readonly turn: number },
  line: PlanLine,
  expected: number | undefined,
): MarkedWrite {
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
