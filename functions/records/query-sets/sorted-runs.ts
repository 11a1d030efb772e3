import { GetObjectCommand } from "@aws-sdk/client-s3";
import TinyQueue from "tinyqueue";
import { z } from "zod";
import { byCodePoint } from "#domain/text";
import { sideBySide } from "#platform/side-by-side";
import type { Objects } from "#records/store/objects";

/** A line with the key by which it is sorted, from lowest code point on. `line` must not hold a line feed. */
export interface KeyedLine {
  readonly key: string;
  readonly line: string;
}

/** Lines sorted in memory and written as one object. */
export const longestRun = 8000;
/** Bytes of a run that merging reads at a time: what it holds of each run is at most two of these. */
const blockBytes = 128 * 1024;
const opensAtOnce = 16;

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

/**
 * Merges runs into one sequence in the order of their keys, each line as its bytes. Memory grows with the number of runs,
 * not with their length. Bytes are decoded for their keys alone: a member goes from a run into a chunk as it is.
 */
export async function* mergeRuns(objects: Objects, keys: readonly string[]): AsyncGenerator<Buffer[]> {
  const readers = await sideBySide(keys, opensAtOnce, (key) => RunReader.open(objects, key));
  const queue = new TinyQueue(
    readers.filter((reader) => reader.current !== undefined),
    (a, b) => byCodePoint(a.current?.key ?? "", b.current?.key ?? ""),
  );
  let merged: Buffer[] = [];
  for (let reader = queue.pop(); reader !== undefined; reader = queue.pop()) {
    if (reader.current === undefined) continue;
    merged.push(reader.current.line);
    if (!reader.step()) await reader.load();
    if (reader.current !== undefined) queue.push(reader);
    if (merged.length < linesAtOnce) continue;
    yield merged;
    merged = [];
  }
  yield merged;
}

/** Lines handed on together, for a step of a generator costs more than a line. */
const linesAtOnce = 500;
const keySchema = z.string();
const tab = 9;
const lineFeed = 10;

class RunReader {
  current: { readonly key: string; readonly line: Buffer } | undefined;
  readonly #blocks: AsyncGenerator<Buffer>;
  #ahead: Promise<IteratorResult<Buffer>>;
  #block = Buffer.alloc(0);
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
    const end = this.#block.indexOf(lineFeed, this.#next);
    if (end === -1) return false;
    const endOfKey = this.#block.indexOf(tab, this.#next);
    const key = keySchema.parse(JSON.parse(this.#block.toString("utf8", this.#next, endOfKey)));
    this.current = { key, line: this.#block.subarray(endOfKey + 1, end) };
    this.#next = end + 1;
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
      this.#block = Buffer.concat([this.#block.subarray(this.#next), block.value]);
      this.#next = 0;
    } while (!this.step());
  }
}

async function* readBlocks({ client, bucket }: Objects, key: string): AsyncGenerator<Buffer> {
  let size = 1;
  for (let from = 0; from < size; from += blockBytes) {
    const Range = `bytes=${from}-${from + blockBytes - 1}`;
    const { Body, ContentRange } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
    size = Number(ContentRange?.split("/")[1]);
    const bytes = await Body?.transformToByteArray();
    if (bytes === undefined || Number.isNaN(size)) throw new Error(`S3 gave no part of ${key}`);
    yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
