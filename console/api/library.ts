import { queryOptions } from "@tanstack/react-query";
import { type LibraryAnswer, library } from "#contract/library";
import { me } from "#contract/me";
import type { LibrarySettings } from "#domain/library";
import { call, callTagged } from "./call.ts";

export const meQuery = () =>
  queryOptions({
    queryKey: ["me"],
    queryFn: ({ signal }) => call(me.get, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The library with the tag of its version. */
export interface TaggedLibrary extends LibraryAnswer {
  readonly etag: string;
}

export const libraryQuery = () =>
  queryOptions({ queryKey: ["library"], queryFn: ({ signal }) => readLibrary(signal), staleTime: 60_000 });

export async function readLibrary(signal?: AbortSignal): Promise<TaggedLibrary> {
  const { answer, etag } = await callTagged(library.get, { ...(signal && { signal }) });
  return { ...answer, etag };
}

/** @param etag of the version that the settings were made from */
export async function saveLibrary(settings: LibrarySettings, etag: string): Promise<TaggedLibrary> {
  const saved = await callTagged(library.replace, { body: settings, ifMatch: etag });
  return { ...saved.answer, etag: saved.etag };
}
