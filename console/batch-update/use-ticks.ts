import { useEffect, useRef, useState } from "react";
import { everyPage } from "../api/every-page.ts";
import type { PageRequest } from "../api/list.ts";
import { announceAct } from "../page/announcer.ts";
import { patrons } from "../words/format.ts";

interface Line {
  readonly patronId: string;
}

export interface Ticks<Item extends Line> {
  readonly ticked: ReadonlySet<string>;
  /** How many were read so far while all that fit are being ticked; undefined at other times. */
  readonly reading: number | undefined;
  readonly error: Error | null;
  tick(lines: readonly Line[], isTicked: boolean): void;
  clear(): void;
  /** Ticks all of a list, on whatever page; a second call ends the first. */
  tickAll(read: (page: PageRequest) => Promise<{ items: readonly Item[]; nextCursor?: string | undefined }>): void;
  stop(): void;
}

/**
 * Who is ticked, over pages and filters.
 *
 * @param canTick whether a line can be
 */
export function useTicks<Item extends Line>(canTick: (line: Item) => boolean): Ticks<Item> {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [reading, setReading] = useState<number>();
  const [error, setError] = useState<Error | null>(null);
  const present = useRef<AbortController>(undefined);
  useEffect(() => () => present.current?.abort(), []);
  const stop = () => {
    present.current?.abort();
    setReading(undefined);
  };
  const put = (before: ReadonlySet<string>, lines: readonly Line[], isTicked: boolean) => {
    const after = new Set(before);
    for (const { patronId } of lines) {
      if (isTicked) after.add(patronId);
      else after.delete(patronId);
    }
    return after;
  };
  return {
    ticked,
    reading,
    error,
    tick: (lines, isTicked) => setTicked((before) => put(before, lines, isTicked)),
    clear: () => setTicked(new Set()),
    stop,
    tickAll(read) {
      stop();
      setError(null);
      setReading(0);
      const control = new AbortController();
      present.current = control;
      everyPage(read, control.signal, setReading)
        .then((items) => {
          if (items === undefined) return;
          const lines = items.filter(canTick);
          setTicked((before) => put(before, lines, true));
          setReading(undefined);
          announceAct(`${patrons(lines.length)} selected.`);
        })
        .catch((failed: Error) => {
          setReading(undefined);
          setError(failed);
        });
    },
  };
}
