import { useEffect, useRef, useState } from "react";
import { everyPage, type Page } from "../api/every-page.ts";
import { announceAct } from "../page/announcer.ts";
import { patrons } from "../words/format.ts";

interface Line {
  readonly patronId: string;
}

export interface Ticks {
  readonly ticked: ReadonlySet<string>;
  /** How many were read so far while all that fit are being ticked; undefined at other times. */
  readonly reading: number | undefined;
  readonly error: Error | null;
  tick(lines: readonly Line[], isTicked: boolean): void;
  clear(): void;
  /** Ticks all of a list, whose IDs come page by page; a second call ends the first. */
  tickAll(read: (cursor: string | undefined) => Promise<Page<string>>): void;
  stop(): void;
}

/** Who is ticked, over pages and filters. */
export function useTicks(): Ticks {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [reading, setReading] = useState<number>();
  const [error, setError] = useState<Error | null>(null);
  const latest = useRef(ticked);
  latest.current = ticked;
  const present = useRef<AbortController>(undefined);
  useEffect(() => () => present.current?.abort(), []);
  const stop = () => {
    present.current?.abort();
    setReading(undefined);
  };
  const put = (before: ReadonlySet<string>, patronIds: readonly string[], isTicked: boolean) => {
    const after = new Set(before);
    for (const patronId of patronIds) {
      if (isTicked) after.add(patronId);
      else after.delete(patronId);
    }
    return after;
  };
  return {
    ticked,
    reading,
    error,
    tick: (lines, isTicked) =>
      setTicked((before) =>
        put(
          before,
          lines.map(({ patronId }) => patronId),
          isTicked,
        ),
      ),
    clear: () => setTicked(new Set()),
    stop,
    tickAll(read) {
      stop();
      setError(null);
      setReading(0);
      const control = new AbortController();
      present.current = control;
      everyPage(read, control.signal, setReading)
        .then((patronIds) => {
          if (patronIds === undefined) return;
          const all = put(latest.current, patronIds, true);
          setTicked(all);
          setReading(undefined);
          announceAct(`${patrons(all.size)} selected.`, "selected");
        })
        .catch((failed: Error) => {
          setReading(undefined);
          setError(failed);
        });
    },
  };
}
