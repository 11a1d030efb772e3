import type { Caller } from "./route.ts";

/** Who made a thing, as it is kept: the name for people to read, the sub for rights to compare. */
export interface Made {
  readonly createdBy: string;
  /** Absent from what was made before subs were kept. */
  readonly createdBySub?: string | undefined;
}

export function madeBy({ sub, name }: Caller): { createdBy: string; createdBySub: string } {
  return { createdBy: name, createdBySub: sub };
}

export function isMaker({ sub, name }: Caller, { createdBy, createdBySub }: Made): boolean {
  return createdBySub === undefined ? createdBy === name : createdBySub === sub;
}
