import type { Condition } from "./table.ts";

/** Lets a job be started again only while nobody has given up what this needs. */
export function ifMendable({ expression, ...condition }: Condition): Condition {
  return {
    ...condition,
    expression: `${expression} AND canBeMended = :mendable`,
    values: { ...condition.values, ":mendable": true },
  };
}
