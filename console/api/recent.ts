import { queryOptions } from "@tanstack/react-query";
import { batchUpdates } from "#contract/batch-updates";
import { isGoingOn, openSince } from "./batch-updates.ts";
import { call } from "./call.ts";

/** The newest batch updates of the time in which one can still be open. Followed closely while something moves. */
export const recentQuery = () =>
  queryOptions({
    queryKey: ["batch-updates", "list", "recent"],
    queryFn: ({ signal }) => call(batchUpdates.list, { query: { limit: 100, from: openSince() }, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isGoingOn) === true ? 5_000 : 20_000),
  });
