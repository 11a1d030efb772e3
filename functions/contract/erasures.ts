import { z } from "zod";
import { erasureStatuses } from "#domain/erasure/erasure-job";
import { hasVisibleCharacter, idSchema, textProblem } from "#domain/text";
import { countSchema, givenIdSchema, instantSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { operation } from "./operation.ts";
import { doneActSchema, supportActSchema } from "./support-act.ts";

/** The erasure of one patron: whom, why, and how far it has come. It holds the id, and nothing else of the patron. */
const erasureSchema = z
  .object({
    erasureId: givenIdSchema,
    patronId: idSchema,
    status: z.enum(erasureStatuses),
    reason: z.string(),
    waitsFor: z.array(z.string()).optional().meta({
      description:
        "While it is RUNNING: jobs such as batch-updates/01k2... that were at work and may still write about the patron. What they leave is erased when they have ended. Or one that could not be read: it is tried again, and support is told",
    }),
    counts: z
      .object({
        items: countSchema.meta({ description: "Records of the table that were erased, or emptied to a tombstone" }),
        objects: countSchema.meta({ description: "Objects that were rewritten without the patron" }),
        exports: countSchema.meta({ description: "Files of exports that were deleted, with what they were made from" }),
        versions: countSchema.meta({
          description:
            "Earlier versions of objects that were deleted, all of the library's that hold anything of patrons",
        }),
      })
      .meta({ id: "ErasureCounts" }),
    createdBy: z.string(),
    createdAt: instantSchema,
    finishedAt: instantSchema.optional(),
  })
  .meta({ id: "Erasure" });
export type ErasureAnswer = z.infer<typeof erasureSchema>;

const longestReason = 500;

function isReason(context: z.core.ParsePayload<string>): void {
  const message = hasVisibleCharacter(context.value) ? textProblem(context.value, longestReason) : "say why";
  if (message !== undefined) context.issues.push({ code: "custom", input: context.value, message });
}

const newErasureSchema = z
  .strictObject({
    reason: z.string().trim().check(isReason).meta({
      minLength: 1,
      maxLength: longestReason,
      description: "Why. It is kept for years and seen by others: name no one in it",
    }),
  })
  .meta({ id: "NewErasure" });

export const erasures = {
  erase: operation({
    name: "erasePatron",
    method: "POST",
    path: "/v1/patrons/:patronId/erase",
    summary: "Erase one patron for good",
    description:
      "Media, reading list, queues, history, names and values of the patron go from everything that is kept, earlier versions included; exports of the library end. What stays is the id: in counts and outcomes, and as a tombstone of each medium, so that versions never go back. It cannot be undone. Erasing once more is fine; a later import of the id makes the patron anew, an import that was started before does not.",
    roles: ["administrator"],
    body: newErasureSchema,
    answers: { 202: erasureSchema },
  }),
  list: operation({
    name: "listErasures",
    method: "GET",
    path: "/v1/erasures",
    summary: "Erasures, newest first",
    roles: ["administrator", "support"],
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("ErasurePage", erasureSchema) },
  }),
  get: operation({
    name: "getErasure",
    method: "GET",
    path: "/v1/erasures/:erasureId",
    summary: "One erasure, and how far it has come",
    description: "COMPLETED: nothing of the patron is left but the id. Until then it goes on by itself.",
    roles: ["administrator", "support"],
    answers: { 200: erasureSchema },
  }),
};

/** What support does about erasures in all libraries. */
export const erasuresAgain = {
  again: operation({
    name: "eraseAgain",
    method: "POST",
    path: "/v1/support/erasures/again",
    summary: "Do erasures again that a restored table has not seen",
    description:
      "To be called after the table was restored, before it is opened to people. Ids of erased patrons are kept beside the table, in the bucket: whoever was erased after the moment that the table is of is erased again. Each goes on as an erasure of its library under the id that it had; those that the table knows are left alone.",
    roles: ["support"],
    scope: "none",
    body: supportActSchema,
    answers: { 200: doneActSchema },
  }),
};
