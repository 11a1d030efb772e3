import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import TinyQueue from "tinyqueue";
import { z } from "zod";
import { byCodePoint } from "#domain/text";
import type { Objects } from "./objects.ts";

/** A line with the key by which it is sorted, from lowest code point on. `line` must not hold a line feed. */
export interface KeyedLine {
  readonly key: string;
  readonly line: string;
}

/** Lines sorted in memory and written as one object. */
export const longestRun = 8000;
/** Bytes of a run that merging reads at a time: what it holds of each run is at most two of these. */
const blockBytes = 128 * 1024;

/** Collects lines in any order into objects of at most {@link longestRun} sorted lines. */
export class RunWriter {
  readonly keys: string[] = [];
  readonly #objects: Objects;
  readonly #prefix: string;
  #lines: KeyedLine[] = [];

  /** @param prefix begins the key of every run; no two writers may share one */
  constructor(objects: Objects, prefix: string) {
    this.#objects = objects;
    this.#prefix = prefix;
  }

  add(line: KeyedLine): void {
    this.#lines.push(line);
  }

  /** To be called now and then: writes a run once enough lines are there. */
  async flushIfFull(): Promise<void> {
    while (this.#lines.length >= longestRun) await this.#write(this.#lines.splice(0, longestRun));
  }

  async end(): Promise<readonly string[]> {
    await this.flushIfFull();
    if (this.#lines.length > 0) await this.#write(this.#lines.splice(0));
    return this.keys;
  }

  async #write(lines: KeyedLine[]): Promise<void> {
    lines.sort((a, b) => byCodePoint(a.key, b.key));
    const key = `${this.#prefix}-${this.keys.length}.tsv`;
    // JSON escapes tabs and line feeds, so that the first tab ends the key
    const text = lines.map((it) => `${JSON.stringify(it.key)}\t${it.line}\n`).join("");
    await this.#objects.putText(key, text, "text/tab-separated-values");
    this.keys.push(key);
  }
}

/** Merges runs into one sequence in the order of their keys. Memory grows with the number of runs, not with their length. */
export async function* mergeRuns(objects: Objects, keys: readonly string[]): AsyncGenerator<string> {
  const readers = await Promise.all(keys.map(async (key) => await RunReader.open(objects, key)));
  const waiting = readers.filter((reader) => reader.current !== undefined);
  const queue = new TinyQueue(waiting, (a, b) => byCodePoint(a.current?.key ?? "", b.current?.key ?? ""));
  for (let reader = queue.pop(); reader !== undefined; reader = queue.pop()) {
    if (reader.current === undefined) continue;
    yield reader.current.line;
    if (!reader.step()) await reader.load();
    if (reader.current !== undefined) queue.push(reader);
  }
}

const keySchema = z.string();

class RunReader {
  current: KeyedLine | undefined;
  readonly #blocks: AsyncGenerator<string[]>;
  #ahead: Promise<IteratorResult<string[]>>;
  #lines: string[] = [];
  #next = 0;

  private constructor(objects: Objects, key: string) {
    this.#blocks = readBlocks(objects, key);
    this.#ahead = this.#blocks.next();
  }

  static async open(objects: Objects, key: string): Promise<RunReader> {
    const reader = new RunReader(objects, key);
    await reader.load();
    return reader;
  }

  /** Goes to the next line in memory; false where the next block must be loaded first. */
  step(): boolean {
    const line = this.#lines[this.#next++];
    if (line === undefined) return false;
    const tab = line.indexOf("\t");
    this.current = { key: keySchema.parse(JSON.parse(line.slice(0, tab))), line: line.slice(tab + 1) };
    return true;
  }

  async load(): Promise<void> {
    do {
      const block = await this.#ahead;
      if (block.done === true) {
        this.current = undefined;
        return;
      }
      this.#ahead = this.#blocks.next();
      this.#ahead.catch(() => {}); // seen when it is awaited
      this.#lines = block.value;
      this.#next = 0;
    } while (!this.step());
  }
}

async function* readBlocks({ client, bucket }: Objects, key: string): AsyncGenerator<string[]> {
  const decoder = new TextDecoder();
  let begun = "";
  let size = 1;
  for (let from = 0; from < size; from += blockBytes) {
    const Range = `bytes=${from}-${from + blockBytes - 1}`;
    const { Body, ContentRange } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
    size = Number(ContentRange?.split("/")[1]);
    const bytes = await Body?.transformToByteArray();
    if (bytes === undefined || Number.isNaN(size)) throw new Error(`S3 gave no part of ${key}`);
    const lines = (begun + decoder.decode(bytes, { stream: true })).split("\n");
    begun = lines.pop() ?? "";
    yield lines;
  }
}

/** Writes an object unless it is there already: of several tries of one task the first one counts. */
export async function putJsonOnce({ client, bucket }: Objects, key: string, value: unknown): Promise<void> {
  try {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: JSON.stringify(value),
        ContentType: "application/json",
        IfNoneMatch: "*",
      }),
    );
  } catch (error) {
    if (!(error instanceof Error && error.name === "PreconditionFailed")) throw error;
  }
}
