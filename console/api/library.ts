import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { type LibraryAnswer, library, libraryAnswerSchema } from "#contract/library";
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

/** With settings that this console is too old to know: it must be able to save them as they are. */
const wholeLibrary = { ...library.get, answers: { 200: z.looseObject(libraryAnswerSchema.shape) } };

export async function readLibrary(signal?: AbortSignal): Promise<TaggedLibrary> {
  const { answer, etag } = await callTagged(wholeLibrary, { ...(signal && { signal }) });
  return { ...answer, etag };
}

/** @param etag of the version that the settings were made from */
export async function saveLibrary(settings: LibrarySettings, etag: string): Promise<TaggedLibrary> {
  const saved = await callTagged(
    { ...library.replace, answers: wholeLibrary.answers },
    { body: settings, ifMatch: etag },
  );
  return { ...saved.answer, etag: saved.etag };
}
