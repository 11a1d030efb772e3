import { queryOptions } from "@tanstack/react-query";
import { erasures } from "#contract/erasures";
import type { PatronId } from "#domain/ids";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";

/** Milliseconds between two looks while a patron is being erased. */
const lookAgain = 2_000;

export const erasuresQuery = (page: PageRequest) =>
  queryOptions({
    queryKey: ["erasures", "list", page],
    queryFn: ({ signal }) => call(erasures.list, { query: { ...page }, signal }),
    refetchInterval: ({ state }) => state.data?.items.some(({ status }) => status === "RUNNING") === true && lookAgain,
  });

export const erasureQuery = (erasureId: string) =>
  queryOptions({
    queryKey: ["erasures", erasureId],
    queryFn: ({ signal }) => call(erasures.get, { params: { erasureId }, signal }),
    refetchInterval: ({ state }) => state.data?.status !== "COMPLETED" && lookAgain,
  });

/** Erasures are few, and the newest of a patron is the one that is asked for. */
const lookedThrough = 200;

/** The erasure of a patron; null where it is not among the newest. */
export const erasureOfQuery = (patronId: PatronId) =>
  queryOptions({
    queryKey: ["erasures", "of", patronId],
    queryFn: async ({ signal }) => {
      const { items } = await call(erasures.list, { query: { limit: lookedThrough }, signal });
      return items.find((it) => it.patronId === patronId) ?? null;
    },
  });

export function erasePatron({ patronId, reason }: { patronId: PatronId; reason: string }, onceKey: string) {
  return call(erasures.erase, { params: { patronId }, body: { reason }, onceKey });
}
