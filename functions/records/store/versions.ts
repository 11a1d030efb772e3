import { DeleteObjectsCommand, ListObjectVersionsCommand, type ObjectIdentifier } from "@aws-sdk/client-s3";
import { slices } from "#platform/slices";
import { requireOwnObject } from "./fence.ts";
import type { Store } from "./store.ts";

/** S3's limit of keys in one DeleteObjects. */
const mostDeletions = 1000;

/**
 * Deletes every object under a prefix for good: each version of it, and what says that it was deleted. Repeating it does no
 * harm, and one that fails leaves what the next try finds. One function alone has the right to.
 *
 * @param went told after each request how many went by it
 * @returns how many versions there were
 * @throws the first refusal, by its code
 */
export async function deleteForGood(
  store: Store,
  prefix: string,
  went?: (versions: number) => Promise<void>,
): Promise<number> {
  let deleted = 0;
  for await (const versions of versionsDeleted(store, prefix, () => true)) {
    deleted += versions;
    await went?.(versions);
  }
  return deleted;
}

/**
 * The same for what was replaced or deleted: the present version of each object stays, and so does what says that one was
 * deleted, for without it an earlier version would be there again. Says after each request how many went.
 */
export async function* earlierVersionsDeleted(store: Store, prefix: string): AsyncGenerator<number> {
  yield* versionsDeleted(store, prefix, ({ isPresent, isMark }) => !isPresent && !isMark);
}

/** Folders that lie directly under a prefix, page by page, those of which only earlier versions are left among them. */
export async function* foldersIn(store: Store, prefix: string): AsyncGenerator<string[]> {
  for await (const { CommonPrefixes = [] } of listedIn(store, { Prefix: prefix, Delimiter: "/" })) {
    yield CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []);
  }
}

/**
 * When anything under a prefix was written or deleted last; undefined where no object is, though earlier versions may be
 * left of some.
 */
export async function newestIn(store: Store, prefix: string): Promise<Date | undefined> {
  let newest: Date | undefined;
  let isPresent = false;
  for await (const { Versions = [], DeleteMarkers = [] } of listedIn(store, { Prefix: prefix })) {
    if (Versions.some(({ IsLatest }) => IsLatest === true)) isPresent = true;
    for (const { LastModified } of [...Versions, ...DeleteMarkers]) {
      if (LastModified !== undefined && (newest === undefined || LastModified > newest)) newest = LastModified;
    }
  }
  return isPresent ? newest : undefined;
}

interface Version {
  readonly isPresent: boolean;
  /** Whether it only says that the object was deleted. */
  readonly isMark: boolean;
}

async function* versionsDeleted(
  store: Store,
  prefix: string,
  goes: (version: Version) => boolean,
): AsyncGenerator<number> {
  const { client, bucket: Bucket } = store.objects;
  for await (const page of listedIn(store, { Prefix: prefix })) {
    const listed = (some: readonly Listed[] | undefined, isMark: boolean) =>
      (some ?? []).filter(({ IsLatest }) => goes({ isPresent: IsLatest === true, isMark }));
    const found = [...listed(page.Versions, false), ...listed(page.DeleteMarkers, true)].flatMap(
      ({ Key, VersionId = "null" }): ObjectIdentifier[] => (Key === undefined ? [] : [{ Key, VersionId }]),
    );
    for (const some of slices(found, mostDeletions)) {
      const Delete = { Objects: [...some], Quiet: true };
      const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete }));
      const [refused] = Errors;
      if (refused !== undefined) {
        const error = new Error(`S3 did not delete a version of ${refused.Key}`);
        error.name = refused.Code ?? "Unknown";
        throw error;
      }
      yield some.length;
    }
  }
}

async function* listedIn(
  { library, objects }: Store,
  asked: { readonly Prefix: string; readonly Delimiter?: string },
): AsyncGenerator<ListedVersions> {
  requireOwnObject(library, asked.Prefix);
  const { client, bucket: Bucket } = objects;
  let after: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (after !== undefined) {
    const page: ListedVersions = await client.send(new ListObjectVersionsCommand({ Bucket, ...asked, ...after }));
    yield page;
    after = page.IsTruncated === true ? markers(page) : undefined;
  }
}

interface ListedVersions {
  readonly Versions?: readonly Listed[] | undefined;
  readonly DeleteMarkers?: readonly Listed[] | undefined;
  readonly CommonPrefixes?: readonly { readonly Prefix?: string | undefined }[] | undefined;
  readonly IsTruncated?: boolean | undefined;
  readonly NextKeyMarker?: string | undefined;
  readonly NextVersionIdMarker?: string | undefined;
}

interface Listed {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
  readonly IsLatest?: boolean | undefined;
  readonly LastModified?: Date | undefined;
}

function markers({ NextKeyMarker, NextVersionIdMarker }: ListedVersions) {
  return {
    ...(NextKeyMarker !== undefined && { KeyMarker: NextKeyMarker }),
    ...(NextVersionIdMarker !== undefined && { VersionIdMarker: NextVersionIdMarker }),
  };
}
