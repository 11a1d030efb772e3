import { queryOptions } from "@tanstack/react-query";
import { z } from "zod";
import { type LibrarySettings, librarySchema } from "#domain/library";
import { call } from "./call.ts";

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

export const libraryQuery = () =>
  queryOptions({
    queryKey: ["library"],
    queryFn: ({ signal }) => call("GET", "/library", { answer: librarySchema, signal }),
    staleTime: 60_000,
  });

export function saveLibrary(settings: LibrarySettings) {
  return call("PUT", "/library", { answer: librarySchema, body: settings });
}
