import { z } from "zod";

const head = z.strictObject({
  mapRunArn: z.string(),
  executionArn: z.string(),
  stateMachineArn: z.string(),
  /** Epoch milliseconds, as all times in the journals. */
  started: z.number(),
  maxConcurrency: z.number(),
  toleratedFailurePercentage: z.number(),
  toleratedFailureCount: z.number(),
});
const end = z.strictObject({
  child: z.number(),
  status: z.enum(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]),
  started: z.number(),
  stopped: z.number(),
  output: z.unknown().optional(),
  error: z.string().optional(),
  cause: z.string().optional(),
});
const finish = z.strictObject({
  status: z.enum(["SUCCEEDED", "FAILED", "ABORTED"]),
  stopped: z.number(),
  total: z.number(),
});
const line = z.union([z.strictObject({ head }), z.strictObject({ end }), z.strictObject({ finish })]);

export type MapRunHead = z.infer<typeof head>;
/** How one child ended. Its input is a line of the ItemReader's object and is not kept twice. */
export type ChildEnd = z.infer<typeof end>;
export type MapRunFinish = z.infer<typeof finish>;

export interface MapRunLines {
  readonly head: MapRunHead;
  readonly ends: readonly ChildEnd[];
  readonly finish: MapRunFinish | undefined;
}

/** The lines of a map run's journal, sorted out. A run that was gone on with may have finished twice: the last counts. */
export function collectMapRun(lines: readonly unknown[]): MapRunLines {
  const ends = new Map<number, ChildEnd>();
  let first: MapRunHead | undefined;
  let last: MapRunFinish | undefined;
  for (const each of lines) {
    const parsed = line.parse(each);
    if ("head" in parsed) first = parsed.head;
    else if ("end" in parsed) ends.set(parsed.end.child, parsed.end);
    else last = parsed.finish;
  }
  if (first === undefined) throw new Error("The journal of a map run has no head.");
  return { head: first, ends: [...ends.values()], finish: last };
}
