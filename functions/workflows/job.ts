import type { LibraryId } from "#domain/ids";
/** What a long job is known by: its library, and its id among those of its kind. */
export interface Job {
  readonly library: LibraryId;
  readonly job: string;
  /** How often the workflow was begun for it, and by which request; unknown of executions that an earlier version began. */
  readonly attempt?: number | undefined;
  readonly requestId?: string | undefined;
  /** The name of the execution that works on it, for what is kept of its chunks. */
  readonly execution?: string | undefined;
}
