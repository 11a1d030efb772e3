import type { Objects } from "#records/store/objects";
import type { Job } from "./job.ts";

/** What splitting answers: where the workflow finds its chunks, and how many. */
export interface SplitAnswer extends Omit<Job, "execution"> {
  readonly bucket: string;
  readonly key: string;
  readonly chunks: number;
  /** The chunk that goes alone, before those of the list. */
  readonly first?: object;
}

/** Days for which Step Functions keeps an execution, and we why its chunks failed. */
const remembered = 90;

/** As the table's time to live takes it. A text, for Step Functions passes it on as it stands. */
function forgetAt(): string {
  return String(Math.floor(Date.now() / 1000) + remembered * 24 * 3600);
}

/**
 * Writes the list of a job's chunks and answers what the workflow goes on with. Each line is the whole input of the call
 * that works on its chunk, so it holds ids and numbers only. Without chunks nothing is written.
 *
 * @param lines what each chunk's line says beside the job and the chunk's number
 * @param options.firstAlone whether the first chunk is to go before the others
 */
export async function listChunks(
  { bucket, putText }: Objects,
  job: Job,
  key: string,
  lines: readonly object[],
  { firstAlone = false } = {},
): Promise<SplitAnswer> {
  const { library, job: id, attempt, requestId, execution } = job;
  const known = execution === undefined ? {} : { execution, forgetAt: forgetAt() };
  const shared = { task: "chunk", library, job: id, attempt, requestId, ...known };
  const tasks = lines.map((line, chunk) => ({ ...shared, chunk, ...line }));
  const first = firstAlone ? tasks.shift() : undefined;
  if (tasks.length > 0) {
    const text = tasks.map((task) => `${JSON.stringify(task)}\n`).join("");
    await putText(key, text, "application/x-ndjson");
  }
  return { library, job: id, bucket, key, chunks: tasks.length, ...(first !== undefined && { first }) };
}
