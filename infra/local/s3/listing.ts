import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { decodePart, readName } from "./key-path.ts";
import { isMissing } from "./object-file.ts";

interface Entry {
  /** Key so far; a folder's ends with a slash. */
  key: string;
  bytes: Buffer;
  path: string;
  isFolder: boolean;
}

/** The objects and folders of one directory, in the order S3 lists keys: by their bytes in UTF-8. */
async function entriesOf(directory: string, key: string, encodedStart = ""): Promise<Entry[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const found = await Promise.all(
    names.map(async (name): Promise<Entry[]> => {
      const path = join(directory, name);
      const { kind, encoded } = readName(name);
      if (kind === "continued") return entriesOf(path, key, encodedStart + encoded);
      const isFolder = kind === "folder";
      const whole = `${key}${decodePart(encodedStart + encoded)}${isFolder ? "/" : ""}`;
      return [{ key: whole, bytes: Buffer.from(whole), path, isFolder }];
    }),
  );
  return found.flat().sort((a, b) => Buffer.compare(a.bytes, b.bytes));
}

/** Where a listing goes on: after a key, or after everything that begins with a common prefix. */
export type Position = { after: string } | { afterPrefix: string };

const isBefore = (a: Buffer, b: string) => Buffer.compare(a, Buffer.from(b)) < 0;

/**
 * Keys of a bucket in order, with the paths of their files. Whole folders before the position or outside the prefix are
 * not read. Setting `skip.prefix` while reading leaves out what begins with it.
 */
async function* keysOf(
  root: string,
  prefix: string,
  from: Position | undefined,
  skip: { prefix?: string } = {},
): AsyncGenerator<{ key: string; path: string }> {
  const isPast = (entry: Entry): boolean => {
    if (from === undefined) return false;
    if ("afterPrefix" in from) {
      if (entry.key.startsWith(from.afterPrefix)) return true;
      return isBefore(entry.bytes, from.afterPrefix) && !(entry.isFolder && from.afterPrefix.startsWith(entry.key));
    }
    if (entry.isFolder) return isBefore(entry.bytes, from.after) && !from.after.startsWith(entry.key);
    return isBefore(entry.bytes, from.after) || entry.key === from.after;
  };
  async function* walk(directory: string, key: string): AsyncGenerator<{ key: string; path: string }> {
    for (const entry of await entriesOf(directory, key)) {
      const isWithin = entry.key.startsWith(prefix) || (entry.isFolder && prefix.startsWith(entry.key));
      if (!isWithin || isPast(entry)) continue;
      if (skip.prefix !== undefined && entry.key.startsWith(skip.prefix)) continue;
      if (entry.isFolder) yield* walk(entry.path, entry.key);
      else yield { key: entry.key, path: entry.path };
    }
  }
  yield* walk(root, "");
}

/**
 * One page of a listing.
 *
 * @param limit most keys and common prefixes together
 * @returns keys with their files, common prefixes, and where the next page begins if there is more
 */
export async function listPage(options: {
  root: string;
  prefix: string;
  delimiter: string | undefined;
  from: Position | undefined;
  limit: number;
}): Promise<{ keys: { key: string; path: string }[]; prefixes: string[]; next: Position | undefined }> {
  const { root, prefix, delimiter, from, limit } = options;
  const keys: { key: string; path: string }[] = [];
  const prefixes: string[] = [];
  const skip: { prefix?: string } = {};
  let last: Position | undefined;
  if (limit === 0) return { keys, prefixes, next: undefined };
  for await (const found of keysOf(root, prefix, from, skip)) {
    if (keys.length + prefixes.length === limit) return { keys, prefixes, next: last };
    const at = delimiter ? found.key.indexOf(delimiter, prefix.length) : -1;
    if (delimiter && at >= 0) {
      const common = found.key.slice(0, at + delimiter.length);
      prefixes.push(common);
      skip.prefix = common;
      last = { afterPrefix: common };
    } else {
      keys.push(found);
      last = { after: found.key };
    }
  }
  return { keys, prefixes, next: undefined };
}
