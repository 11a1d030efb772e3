import { unusedQuerySetDays } from "#domain/retention";

/** Why a query set may be gone that was there once. */
export const querySetsEnd = `Query sets are deleted when no one has used them for ${unusedQuerySetDays} days, unless a batch update still needs them.`;
