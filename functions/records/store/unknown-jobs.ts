import { z } from "zod";
import type { OfLibrary } from "#domain/ids";
import { readItem } from "./format.ts";
import { type JobKind, jobKey, type Key, unknownJobsKey } from "./keys.ts";
import { endingKinds, type ObjectKind } from "./object-kinds.ts";
import { scratchKey } from "./open-work.ts";
import type { Store } from "./store.ts";
import { foldersIn, newestIn } from "./versions.ts";

/** Kinds of objects that lie in a folder for each job, with the kind of the job. */
const jobsOf: Readonly<Partial<Record<ObjectKind, JobKind>>> = {
  "query-sets": "query-set",
  "batch-updates": "batch-update",
  imports: "import",
  exports: "export",
};

/**
 * Objects of a job that the table does not know: it was restored to a moment before the job was asked for, or a call broke
 * off before it wrote the job's item. Nobody can look at them through the product.
 */
export interface UnknownJob {
  /** As in the audit, such as `query-sets/01k2...`. */
  readonly subject: string;
  readonly kind: ObjectKind;
  /** What the keys of its objects begin with. */
  readonly folder: string;
  /** When the last of them was written. */
  readonly newest: string;
}

/** All of a library's, as far as they hold anything of patrons. A job whose item nobody can read is known all the same. */
export async function* unknownJobs(store: Store): AsyncGenerator<UnknownJob> {
  for (const kind of endingKinds) {
    const job = jobsOf[kind];
    if (job === undefined) throw new Error(`Nothing says which jobs have objects of the kind ${kind}`);
    const before = `${store.library}/${kind}/`;
    for await (const folders of foldersIn(store, before)) {
      const ids = folders.map((folder) => folder.slice(before.length, -1));
      const items = await store.table.batchGetRaw(
        ids.flatMap((id) => knownBy(store, job, id)),
        ["sk"],
      );
      const known = new Set(items.map(({ sk }) => sk?.S));
      for (const id of ids.filter((one) => knownBy(store, job, one).every(({ sk }) => !known.has(sk)))) {
        const folder = `${before}${id}/`;
        const newest = await newestIn(store, folder);
        if (newest !== undefined) yield { subject: `${kind}/${id}`, kind, folder, newest: newest.toISOString() };
      }
    }
  }
}

/** A job is known by its item; a file of the audit, which has none, by that it is to be deleted. */
function knownBy(of: OfLibrary, job: JobKind, id: string): Key[] {
  const item = jobKey(of, job, id);
  return job === "export" ? [item, scratchKey({ library: of.library, id, scratchOf: "export" })] : [item];
}

const noticedSchema = z.object({ noticed: z.record(z.string(), z.string()) });

/** When each of a library's unknown jobs was noticed first, by its subject. */
export async function loadNoticed(store: Store): Promise<Readonly<Record<string, string>>> {
  const item = await store.table.get(unknownJobsKey(store));
  return item === undefined ? {} : readItem(noticedSchema, item).noticed;
}

/** The most that fit into the item well. Others are noticed when these have gone. */
const mostNoticed = 2000;

/** In the table, for one that is restored has noticed nothing yet. */
export async function saveNoticed(store: Store, noticed: Readonly<Record<string, string>>): Promise<void> {
  const some = Object.entries(noticed).slice(0, mostNoticed);
  const key = unknownJobsKey(store);
  if (some.length === 0) await store.table.write({ delete: key });
  else await store.table.write({ put: { ...key, noticed: Object.fromEntries(some) } });
}
