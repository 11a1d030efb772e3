import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Conditions } from "./conditions.ts";
import type { ExpectedContent } from "./content-digest.ts";
import { isMissing, objectDetails, openObject, type StoredObject } from "./object-file.ts";
import type { ObjectStore } from "./object-store.ts";
import { S3Error } from "./s3-error.ts";

const upload = z.object({ bucket: z.string(), key: z.string(), details: objectDetails.omit({ checksum: true }) });
type Upload = z.infer<typeof upload>;

/** S3's least size of every part but the last. */
const LEAST_PART = 5 * 1024 * 1024;

const UPLOAD_ID = /^[0-9a-f-]{36}$/;

const invalidPart = () =>
  new S3Error(400, "InvalidPart", "One or more of the specified parts could not be found or has another entity tag.");

/** Uploads in parts: each part an object's file of its own until the upload is completed. */
export class MultipartUploads {
  readonly #store: ObjectStore;
  readonly #directory: string;

  constructor(store: ObjectStore, directory: string) {
    this.#store = store;
    this.#directory = directory;
  }

  /** Removes what an earlier process left of uploads: who sent them ended with it, and their parts hold what others erased. */
  async open(): Promise<void> {
    const { files } = this.#store;
    await files.directory(this.#directory);
    for (const name of await readdir(this.#directory)) await files.remove(join(this.#directory, name));
  }

  #path(uploadId: string, ...names: string[]): string {
    return join(this.#directory, uploadId, ...names);
  }

  async create(target: Upload): Promise<string> {
    this.#store.path(target.bucket, target.key);
    const uploadId = randomUUID();
    const { files } = this.#store;
    const aside = await files.writeAside((file) => file.writeFile(JSON.stringify(target)));
    await files.moveIn(aside, this.#path(uploadId, "upload.json"));
    return uploadId;
  }

  /** @throws S3Error NoSuchUpload */
  async #read(uploadId: string, bucket: string, key: string): Promise<Upload> {
    const missing = () => new S3Error(404, "NoSuchUpload", "The specified multipart upload does not exist.");
    if (!UPLOAD_ID.test(uploadId)) throw missing();
    const text = await readFile(this.#path(uploadId, "upload.json"), "utf8").catch((error: unknown) => {
      throw isMissing(error) ? missing() : error;
    });
    const found = upload.parse(JSON.parse(text));
    if (found.bucket !== bucket || found.key !== key) throw missing();
    return found;
  }

  async putPart(
    target: { bucket: string; key: string; uploadId: string; partNumber: number },
    body: AsyncIterable<Buffer>,
    expected: ExpectedContent,
  ): Promise<StoredObject> {
    const { bucket, key, uploadId, partNumber } = target;
    const { details } = await this.#read(uploadId, bucket, key);
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > 10_000) {
      throw new S3Error(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
    }
    const { aside, object } = await this.#store.writeAside(key, body, details, { expected });
    await this.#store.files.moveIn(aside, this.#path(uploadId, `part-${partNumber}`));
    return object;
  }

  async complete(
    target: { bucket: string; key: string; uploadId: string },
    parts: readonly { partNumber: number; etag: string }[],
    conditions: Conditions,
  ): Promise<StoredObject> {
    const { bucket, key, uploadId } = target;
    const { details } = await this.#read(uploadId, bucket, key);
    if (parts.some(({ partNumber }, index) => partNumber <= (parts[index - 1]?.partNumber ?? 0))) {
      throw new S3Error(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
    }
    const tags = createHash("md5");
    for (const [index, { partNumber, etag }] of parts.entries()) {
      const opened = await openObject(this.#path(uploadId, `part-${partNumber}`));
      await opened?.file.close();
      if (opened?.object.etag !== etag) throw invalidPart();
      if (index < parts.length - 1 && opened.object.size < LEAST_PART) {
        throw new S3Error(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
      }
      tags.update(Buffer.from(etag.replaceAll('"', ""), "hex"));
    }
    const object = await this.#store.put({ bucket, key }, this.#bytes(uploadId, parts), details, {
      conditions,
      etag: `"${tags.digest("hex")}-${parts.length}"`,
    });
    await this.#store.files.remove(this.#path(uploadId));
    return object;
  }

  async *#bytes(uploadId: string, parts: readonly { partNumber: number }[]): AsyncGenerator<Buffer> {
    for (const { partNumber } of parts) {
      const opened = await openObject(this.#path(uploadId, `part-${partNumber}`));
      if (opened === undefined) throw invalidPart();
      const { file, object } = opened;
      if (object.size === 0) await file.close();
      else yield* file.createReadStream({ start: 0, end: object.size - 1 });
    }
  }

  async abort(bucket: string, key: string, uploadId: string): Promise<void> {
    await this.#read(uploadId, bucket, key);
    await this.#store.files.remove(this.#path(uploadId));
  }
}
