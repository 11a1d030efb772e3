import { useEffect, useState } from "react";
import { type Pace, paceOf, type Sample, withSample } from "./pace.ts";

/** How fast something goes that this page has been watching. */
export function usePace(done: number, total: number, isMoving: boolean): Pace | undefined {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    const look = () => setSamples((before) => withSample(before, { at: Date.now(), done }));
    look();
    // What stands still has to slow down too.
    const timer = isMoving ? setInterval(look, 2_000) : undefined;
    return () => clearInterval(timer);
  }, [done, isMoving]);
  return isMoving ? paceOf(samples, total) : undefined;
}
