import type { LibraryId, OfLibrary } from "#domain/ids";
import type { Objects } from "./objects.ts";
import type { Table } from "./table.ts";

/**
 * Where one library keeps everything: records in DynamoDB, chunk objects and reports in S3. It reaches no other library's:
 * a key that is not this library's is refused before anything is sent.
 */
export interface Store extends OfLibrary {
  readonly table: Table;
  readonly objects: Objects;
}

/** What one library's medium records and service queues are written with, under rules of its own for trying again. */
export type Writer = Pick<Store, "library" | "table">;

/** One of each library. */
export interface OfEach<Bound> {
  of(library: LibraryId): Bound;
}

/** The store of each library, and what spans them. */
export interface Stores extends OfEach<Store> {
  /** The table without a fence: for what is open, which libraries there are, and who somebody is. Nothing else. */
  readonly across: Table;
}
