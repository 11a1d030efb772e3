import type { QueueMessage } from "./queue-source.ts";

interface Held {
  message: QueueMessage;
  until: number;
}

/**
 * Messages taken from a queue and not yet handed on, a line for each group (a library). Batches take one from each line
 * in turn, so a library with thousands waiting holds up another's few only as far as the messages held here reach.
 */
export class Turns {
  readonly #lines = new Map<string, Held[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param until when the message may be seen by another receiver, in epoch milliseconds: then it is no longer handed on */
  add(message: QueueMessage, until: number): void {
    const group = message.attributes.MessageGroupId ?? "";
    const line = this.#lines.get(group);
    if (line === undefined) this.#lines.set(group, [{ message, until }]);
    else line.push({ message, until });
    this.#size += 1;
  }

  /** The next messages, at most so many, from all lines in turn. */
  take(most: number, now: number): QueueMessage[] {
    const taken: QueueMessage[] = [];
    while (taken.length < most && this.#size > 0) {
      for (const [group, line] of this.#lines) {
        const next = line.shift();
        // To the end of the round, also for the next batch.
        this.#lines.delete(group);
        if (line.length > 0) this.#lines.set(group, line);
        if (next === undefined) continue;
        this.#size -= 1;
        if (next.until > now) taken.push(next.message);
        break;
      }
    }
    return taken;
  }
}
