import type { FillMessages } from "#batch-manager/messages";
import type { Clock } from "#platform/clock";
import type { OfEach, Store, Writer } from "#records/store/store";

/** What applying works with in one library. */
export interface Dependencies {
  readonly store: Store;
  /**
   * The table over a client with one attempt and a short timeout, and no tries of its own, for writes of medium records
   * alone: no write may start long after the run was last looked at.
   */
  readonly writer: Writer;
  /** Milliseconds after which a request of the writer has certainly ended. */
  readonly writerTimeout: number;
  readonly messages: FillMessages;
  readonly now: Clock;
}

/** The same for every library. */
export interface WideDependencies extends Omit<Dependencies, "store" | "writer"> {
  readonly stores: OfEach<Store>;
  readonly writers: OfEach<Writer>;
}
