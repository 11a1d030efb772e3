import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { imports } from "#contract/imports";
import type { ImportFormat, ImportKind } from "#domain/import/import-job";
import { rejectedLines } from "../imports/rejected-lines.ts";
import { call } from "./call.ts";
import type { PageRequest } from "./list.ts";
import { lookEvery } from "./query-sets.ts";
import { beginningOf } from "./transport.ts";
import { sendFile } from "./upload.ts";

export type ImportAnswer = z.infer<(typeof imports.get.answers)[200]>;
export type ListedImport = z.infer<(typeof imports.list.answers)[200]>["items"][number];

export const importsQuery = (page: PageRequest) =>
  queryOptions({
    queryKey: ["imports", "list", page],
    queryFn: ({ signal }) => call(imports.list, { query: { ...page }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === "RUNNING") === true && 2 * lookEvery,
  });

/** The newest imports: those of the night are among them, also where files come in each hour. */
export const recentImportsQuery = () =>
  queryOptions({
    queryKey: ["imports", "recent"],
    queryFn: ({ signal }) => call(imports.list, { query: { limit: 100 }, signal }),
    refetchInterval: 60_000,
  });

export const importQuery = (importId: string) =>
  queryOptions({
    queryKey: ["imports", importId],
    queryFn: ({ signal }) => readImport(importId, signal),
    refetchInterval: ({ state }) => state.data?.status === "RUNNING" && lookEvery,
  });

/** With links that are good for minutes. */
export function readImport(importId: string, signal?: AbortSignal) {
  return call(imports.get, { params: { importId }, ...(signal && { signal }) });
}

export function startImport(importId: string, onceKey: string) {
  return call(imports.start, { params: { importId }, onceKey });
}

/** Rejected lines that are shown; the download has them all. */
const mostShown = 200;
/** Bytes of the list that are read at most to show these. */
const mostRead = 500_000;

/** The first lines that were rejected. */
export const rejectedQuery = (importId: string) =>
  queryOptions({
    queryKey: ["imports", importId, "rejected"],
    queryFn: async ({ signal }) => {
      const { errorsCsvUrl } = await readImport(importId, signal);
      return errorsCsvUrl === undefined
        ? []
        : rejectedLines(await beginningOf(new URL(errorsCsvUrl), mostRead, signal), mostShown);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** A file on its way in. */
export interface Sending {
  readonly kind: ImportKind;
  readonly format: ImportFormat;
  readonly dryRun: boolean;
  readonly file: File;
}

/**
 * Makes an import, sends it its file and starts it.
 *
 * @param told how many bytes are there
 */
export async function importFile(
  { file, kind, format, dryRun }: Sending,
  onceKey: string,
  told: (sent: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const body = { kind, format, ...(dryRun && { dryRun }) };
  const { importId, upload } = await call(imports.create, { body, onceKey });
  await sendFile(upload, file, { told, signal });
  await startImport(importId, `${onceKey}-start`);
  return importId;
}
