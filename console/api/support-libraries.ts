import { queryOptions } from "@tanstack/react-query";
import { leaving } from "#contract/leaving";
import { library } from "#contract/library";
import { type NewLibrary, type ServedLibrary, supportLibraries } from "#contract/support-libraries";
import type { Errand } from "../session/session.ts";
import { call } from "./call.ts";
import { lookEvery } from "./query-sets.ts";

/** Every library: support chooses among all of them, not among a page of them. */
export const servedLibrariesQuery = () =>
  queryOptions({
    queryKey: ["served-libraries"],
    queryFn: async ({ signal }) => {
      const found: ServedLibrary[] = [];
      let cursor: string | undefined;
      do {
        const page = await call(supportLibraries.list, { query: { limit: 200, cursor }, signal });
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return found;
    },
  });

export function createLibrary({ body, reason }: { body: NewLibrary; reason: string }, onceKey: string) {
  return call(supportLibraries.create, { body, onceKey, errand: { reason } });
}

interface Suspension {
  readonly library: string;
  readonly suspended: boolean;
  readonly reason: string;
}

export function suspendLibrary({ library: id, suspended, reason }: Suspension) {
  return call(supportLibraries.change, { params: { library: id }, body: { suspended }, errand: { reason } });
}

/** Whether support can work there: looks at the library by the very header that all that follows will carry. */
export function tryErrand(errand: Errand) {
  return call(library.get, { errand });
}

interface Named {
  readonly library: string;
  readonly reason: string;
}

/** In a week, unless it is taken back. */
export function deleteLibrary({ library: id, reason }: Named) {
  return call(supportLibraries.delete, { params: { library: id }, body: { library: id }, errand: { reason } });
}

export function restoreLibrary({ library: id, reason }: Named) {
  return call(supportLibraries.restore, { params: { library: id }, errand: { reason } });
}

/** Everything that it has, as files, for a library that leaves. */
export function exportLibrary({ library: id, reason }: Named, onceKey: string) {
  return call(leaving.export, { params: { library: id }, errand: { reason }, onceKey });
}

/** With links that are good for minutes, once it is complete. */
export function readLibraryExport(id: string, exportId: string, signal?: AbortSignal) {
  return call(leaving.exportOf, { params: { library: id, exportId }, ...(signal && { signal }) });
}

export const libraryExportQuery = (id: string, exportId: string) =>
  queryOptions({
    queryKey: ["library-exports", id, exportId],
    queryFn: ({ signal }) => readLibraryExport(id, exportId, signal),
    // Each answer with links is told in the library's audit: what has ended is not asked for again by itself.
    staleTime: ({ state }) => (state.data?.status === "RUNNING" ? 0 : Number.POSITIVE_INFINITY),
    refetchInterval: ({ state }) => state.data?.status === "RUNNING" && lookEvery,
  });
