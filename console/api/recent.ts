import { queryOptions } from "@tanstack/react-query";
import { batchUpdates } from "#contract/batch-updates";
import { imports } from "#contract/imports";
import { isMoving, openSince } from "./batch-updates.ts";
import { call } from "./call.ts";

/** The newest batch updates of the time in which one can still be open. Followed closely while something moves. */
export const recentQuery = () =>
  queryOptions({
    queryKey: ["batch-updates", "list", "recent"],
    queryFn: ({ signal }) => call(batchUpdates.list, { query: { limit: 100, from: openSince() }, signal }),
    refetchInterval: ({ state }) => (state.data?.items.some(isMoving) === true ? 5_000 : 20_000),
  });

/** The newest imports: those of the night are among them. */
export const recentImportsQuery = () =>
  queryOptions({
    queryKey: ["imports", "recent"],
    queryFn: ({ signal }) => call(imports.list, { query: { limit: 10 }, signal }),
    refetchInterval: 60_000,
  });
