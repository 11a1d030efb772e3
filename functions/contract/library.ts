import { z } from "zod";
import { librarySchema, librarySettingsSchema } from "#domain/library";
import { idSchema } from "#domain/text";
import { operation } from "./operation.ts";

/** The library's settings under its id. Not strict, so that a setting that is new does not stop a client. */
export const libraryAnswerSchema = z.object(librarySchema.shape).meta({ id: "Library" });
export type LibraryAnswer = z.infer<typeof libraryAnswerSchema>;

/** The whole settings; the id may stand among them, as it does in the answer, but cannot be changed. */
const replacementSchema = librarySettingsSchema
  .extend({ library: idSchema.optional() })
  .meta({ id: "LibrarySettings" });

export const library = {
  get: operation({
    name: "getLibrary",
    method: "GET",
    path: "/v1/library",
    summary: "The library's settings and tables of codes",
    etag: true,
    answers: { 200: libraryAnswerSchema },
  }),
  replace: operation({
    name: "replaceLibrary",
    method: "PUT",
    path: "/v1/library",
    summary: "Replace the library's settings whole",
    roles: ["administrator"],
    body: replacementSchema,
    etag: true,
    ifMatch: true,
    answers: { 200: libraryAnswerSchema },
    problems: ["CONFLICT"],
  }),
};
