import { queryOptions } from "@tanstack/react-query";
import { exports, type NewExport } from "#contract/exports";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";

/** Milliseconds between two looks while an export is at work. */
const lookAgain = 2_000;

export const exportsQuery = (page: PageRequest) =>
  queryOptions({
    queryKey: ["exports", page],
    queryFn: ({ signal }) => call(exports.list, { query: { ...page }, signal }),
    refetchInterval: ({ state }) => state.data?.items.some(({ status }) => status === "RUNNING") === true && lookAgain,
  });

export function createExport(body: NewExport, onceKey: string) {
  return call(exports.create, { body, onceKey });
}

/** With a link that is good for minutes. */
export function readExport(exportId: string) {
  return call(exports.get, { params: { exportId } });
}
