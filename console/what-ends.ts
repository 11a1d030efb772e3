import { unusedQuerySetDays } from "#domain/retention";

/** Why a query set may be gone that was there once. */
export const querySetsEnd = `Query sets are deleted when no one has used them for ${unusedQuerySetDays} days, unless a batch update still needs them.`;

/** What an address that leads nowhere may have led to once, and why that is gone: by how such addresses begin. */
export const whatEnds: readonly (readonly [begins: string, why: string])[] = [
  ["/query-sets/", querySetsEnd],
  [
    "/batch-updates/",
    "The plan, outcomes and report of a batch update are deleted after the days that the settings of the library say; its counts stay.",
  ],
];
