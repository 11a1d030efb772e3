import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { type Library, type LibrarySettings, librarySchema } from "#domain/library";
import { call, callTagged } from "./call.ts";

const meSchema = z.object({
  library: z.string().optional(),
  roles: z.array(z.enum(["administrator", "staff", "support"])),
  name: z.string(),
});

export const meQuery = () =>
  queryOptions({
    queryKey: ["me"],
    queryFn: ({ signal }) => call("GET", "/me", { answer: meSchema, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The library with the tag of its version. */
export interface TaggedLibrary extends Library {
  readonly etag: string;
}

export const libraryQuery = () =>
  queryOptions({ queryKey: ["library"], queryFn: ({ signal }) => readLibrary(signal), staleTime: 60_000 });

export async function readLibrary(signal?: AbortSignal): Promise<TaggedLibrary> {
  const { answer, etag } = await callTagged("GET", "/library", { answer: librarySchema, ...(signal && { signal }) });
  return { ...answer, etag };
}

/** @param etag of the version that the settings were made from */
export async function saveLibrary(settings: LibrarySettings, etag: string): Promise<TaggedLibrary> {
  const saved = await callTagged("PUT", "/library", { answer: librarySchema, body: settings, ifMatch: etag });
  return { ...saved.answer, etag: saved.etag };
}
