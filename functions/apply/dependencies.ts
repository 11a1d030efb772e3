import type { FillMessages } from "#batch-manager/messages";
import type { Clock } from "#platform/clock";
import type { Store } from "#records/store/store";
import type { Table } from "#records/store/table";

/** What applying works with. */
export interface Dependencies {
  readonly store: Store;
  /**
   * The table over a client with one attempt and a short timeout, and no tries of its own, for writes of medium records
   * alone: no write may start long after the run was last looked at.
   */
  readonly writer: Table;
  /** Milliseconds after which a request of the writer has certainly ended. */
  readonly writerTimeout: number;
  readonly messages: FillMessages;
  readonly now: Clock;
}
