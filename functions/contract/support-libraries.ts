import { z } from "zod";
import { librarySettingsSchema, newLibraryIdSchema } from "#domain/library";
import { idSchema } from "#domain/text";
import { instantSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";

const servedLibrarySchema = z
  .object({
    library: idSchema,
    name: z.string(),
    timeZone: z.string(),
    suspended: z.boolean(),
    createdAt: instantSchema
      .optional()
      .meta({ description: "Absent from libraries that were there before it was kept" }),
    deleteAt: instantSchema.optional().meta({
      description: "Of a library that leaves: until then it can be taken back, soon afterwards it is deleted",
    }),
  })
  .meta({ id: "ServedLibrary" });
export type ServedLibrary = z.infer<typeof servedLibrarySchema>;

const { name, timeZone } = librarySettingsSchema.shape;
const newLibrarySchema = z
  .strictObject({
    library: newLibraryIdSchema,
    name,
    timeZone,
    copyFrom: idSchema.optional().meta({
      description: "A library whose settings and tables of codes the new one begins with",
    }),
  })
  .meta({ id: "NewLibrary" });
export type NewLibrary = z.input<typeof newLibrarySchema>;

const one = "/v1/support/libraries/:library";
const support = { roles: ["support"], scope: "none" } as const;

/** The libraries that Keystone serves: how they come, and how they are shut out. */
export const supportLibraries = {
  list: operation({
    name: "listLibraries",
    method: "GET",
    path: "/v1/support/libraries",
    summary: "Every library, by its id",
    ...support,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("ServedLibraryPage", servedLibrarySchema) },
  }),
  create: operation({
    name: "createLibrary",
    method: "POST",
    path: "/v1/support/libraries",
    summary: "Make a library",
    description: "People and clients of it can be made at once, with its id in the header Library.",
    ...support,
    body: newLibrarySchema,
    answers: { 201: servedLibrarySchema },
  }),
  get: operation({
    name: "getServedLibrary",
    method: "GET",
    path: one,
    summary: "One library as Keystone serves it",
    ...support,
    answers: { 200: servedLibrarySchema },
  }),
  change: operation({
    name: "suspendLibrary",
    method: "PATCH",
    path: one,
    summary: "Suspend a library, or take it back",
    description:
      "Within a minute everyone of a suspended library is answered 403. What runs ends, what is scheduled waits, and no review is canceled meanwhile. When it is let in again, reviews that were READY for more than 7 days end, and what was scheduled begins when it is due, at once where that has passed. It is not let in (409) while a restored table does not know all of its erasures, or one of them is being done again or has yet to take its patron out of the table.",
    ...support,
    body: z.strictObject({ suspended: z.boolean() }).meta({ id: "Suspension" }),
    answers: { 200: servedLibrarySchema },
    problems: ["CONFLICT"],
  }),
  delete: operation({
    name: "deleteLibrary",
    method: "DELETE",
    path: one,
    summary: "Delete a library, in 7 days",
    description:
      "It is suspended at once. What runs ends, what is scheduled does not begin. After 7 days everything of it is deleted for good, its people and clients included; its audit ends by itself when its time is over. Asked for again, it says the same date.",
    ...support,
    body: z
      .strictObject({ library: idSchema.meta({ description: "The library's id once more, so that it is this one" }) })
      .meta({ id: "LibraryDeletion" }),
    answers: { 200: servedLibrarySchema },
  }),
  restore: operation({
    name: "restoreLibrary",
    method: "POST",
    path: `${one}/restore`,
    summary: "Take back a library that is to be deleted",
    description:
      "It is served again, or suspended if it was before. 409 once its time is over, and while erasures are to be done again.",
    ...support,
    answers: { 200: servedLibrarySchema },
  }),
};
