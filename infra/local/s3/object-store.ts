import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { type Conditions, judgeWrite } from "./conditions.ts";
import { ContentDigest, type ExpectedContent } from "./content-digest.ts";
import { DurableFiles } from "./durable-files.ts";
import { keyPath } from "./key-path.ts";
import { describeObject, encodeFooter, type ObjectDetails, openObject, type StoredObject } from "./object-file.ts";
import { S3Error } from "./s3-error.ts";

/** Bytes gathered before they are written: an object of a few kilobytes is then one write with its footer. */
const GATHER = 256 * 1024;

/** Objects of all buckets on disk. Every write is whole or has not happened. */
export class ObjectStore {
  readonly files: DurableFiles;
  readonly #directory: string;
  readonly #buckets: ReadonlySet<string>;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(directory: string, buckets: readonly string[]) {
    this.#directory = directory;
    this.#buckets = new Set(buckets);
    // A bucket's name never begins with a dot, so these never meet.
    this.files = new DurableFiles(join(directory, ".being-written"));
  }

  get buckets(): string[] {
    return [...this.#buckets].sort();
  }

  async open(): Promise<void> {
    await this.files.clear();
    for (const bucket of this.#buckets) await this.files.directory(join(this.#directory, bucket));
  }

  /** @throws S3Error NoSuchBucket */
  root(bucket: string): string {
    if (!this.#buckets.has(bucket)) throw new S3Error(404, "NoSuchBucket", "The specified bucket does not exist");
    return join(this.#directory, bucket);
  }

  path(bucket: string, key: string): string {
    return join(this.root(bucket), ...keyPath(key));
  }

  /** The object and its open file, which the caller closes; a later write does not touch what is read from it. */
  get(bucket: string, key: string): Promise<{ file: FileHandle; object: StoredObject } | undefined> {
    return openObject(this.path(bucket, key));
  }

  describe(bucket: string, key: string): Promise<StoredObject | undefined> {
    return describeObject(this.path(bucket, key));
  }

  async put(
    target: { bucket: string; key: string },
    body: AsyncIterable<Buffer>,
    details: Omit<ObjectDetails, "checksum">,
    options: { expected?: ExpectedContent; conditions?: Conditions; etag?: string } = {},
  ): Promise<StoredObject> {
    const path = this.path(target.bucket, target.key);
    const { aside, object } = await this.writeAside(target.key, body, details, options);
    try {
      await this.#inTurn(path, async () => {
        judgeWrite(options.conditions ?? {}, await describeObject(path));
        await this.files.moveIn(aside, path);
      });
    } catch (error) {
      await this.files.discard(aside);
      throw error;
    }
    return object;
  }

  /** Writes an object's file without giving it its place. */
  async writeAside(
    key: string,
    body: AsyncIterable<Buffer>,
    details: Omit<ObjectDetails, "checksum">,
    options: { expected?: ExpectedContent; etag?: string },
  ): Promise<{ aside: string; object: StoredObject }> {
    const digest = new ContentDigest(options.expected ?? {});
    const written: { object?: StoredObject } = {};
    const aside = await this.files.writeAside(async (file) => {
      let gathered: Buffer[] = [];
      let length = 0;
      const flush = async () => {
        if (length > 0) await writeAll(file, Buffer.concat(gathered));
        gathered = [];
        length = 0;
      };
      for await (const bytes of body) {
        digest.update(bytes);
        gathered.push(bytes);
        length += bytes.length;
        if (length >= GATHER) await flush();
      }
      const { md5, checksum } = digest.finish();
      const object: StoredObject = {
        ...details,
        key,
        etag: options.etag ?? `"${md5.toString("hex")}"`,
        size: digest.size,
        lastModified: new Date().toISOString(),
        ...(checksum ? { checksum } : {}),
      };
      written.object = object;
      const footer = encodeFooter(object);
      gathered.push(footer);
      length += footer.length;
      await flush();
    });
    if (written.object === undefined) throw new Error("An object was written without its footer.");
    return { aside, object: written.object };
  }

  async delete(bucket: string, key: string, conditions: Conditions = {}): Promise<void> {
    const path = this.path(bucket, key);
    await this.#inTurn(path, async () => {
      const present = await describeObject(path);
      if (conditions.ifMatch !== undefined) judgeWrite({ ifMatch: conditions.ifMatch }, present);
      if (present !== undefined) await this.files.remove(path);
    });
  }

  /** One change of an object at a time, so that a condition still holds when the change is made. */
  async #inTurn<T>(path: string, change: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(path) ?? Promise.resolve();
    const mine = before.then(change, change);
    const settled = mine.catch(() => undefined);
    this.#turns.set(path, settled);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(path) === settled) this.#turns.delete(path);
    }
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written)).bytesWritten;
  }
}
