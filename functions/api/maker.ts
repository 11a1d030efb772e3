import type { Caller } from "./route.ts";

export function madeBy({ sub, name }: Caller): { createdBy: string; createdBySub: string } {
  return { createdBy: name, createdBySub: sub };
}
