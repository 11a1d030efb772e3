import { z } from "zod";
import { emailSchema, libraryRoles, personStatuses } from "#domain/member";
import { nameSchema } from "#domain/text";
import { givenIdSchema, instantSchema, linkSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { noBody, operation } from "./operation.ts";

const invitedSchema = z
  .strictObject({ email: emailSchema, name: nameSchema, role: z.enum(libraryRoles) })
  .meta({ id: "Invitation" });
export type InvitationBody = z.input<typeof invitedSchema>;

const personChangeSchema = z
  .strictObject({
    name: nameSchema.optional(),
    role: z.enum(libraryRoles).optional(),
    status: z.enum(["ACTIVE", "DISABLED"]).optional().meta({
      description: "DISABLED shuts someone out; ACTIVE lets them in again, who are INVITED if they never signed in",
    }),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), "must change something")
  .meta({ id: "PersonChange" });
export type PersonChange = z.input<typeof personChangeSchema>;

const personSchema = z
  .object({
    personId: givenIdSchema.meta({ description: "The sub in the person's tokens" }),
    email: z.string(),
    name: z.string(),
    role: z.enum(libraryRoles),
    status: z.enum(personStatuses),
    createdBy: z.string(),
    createdAt: instantSchema,
    changedAt: instantSchema.optional(),
  })
  .meta({ id: "Person" });
export type PersonAnswer = z.infer<typeof personSchema>;

const invitedPersonSchema = personSchema
  .extend({
    invitation: linkSchema.optional().meta({
      description:
        "On one machine: the link by which the person chooses a password, good once. In the cloud it goes by email",
    }),
  })
  .meta({ id: "InvitedPerson" });
export type InvitedPersonAnswer = z.infer<typeof invitedPersonSchema>;

const one = "/v1/people/:personId";
const roles = ["administrator", "support"] as const;

export const people = {
  list: operation({
    name: "listPeople",
    method: "GET",
    path: "/v1/people",
    summary: "Who signs in for the library",
    roles,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("PersonPage", personSchema) },
  }),
  invite: operation({
    name: "invitePerson",
    method: "POST",
    path: "/v1/people",
    summary: "Invite someone to sign in for the library",
    description: "An email address that is taken, in whatever library, is a CONFLICT.",
    roles,
    body: invitedSchema,
    secrets: ["invitation"],
    answers: { 201: invitedPersonSchema },
  }),
  get: operation({
    name: "getPerson",
    method: "GET",
    path: one,
    summary: "One person",
    roles,
    answers: { 200: personSchema },
  }),
  inviteAgain: operation({
    name: "invitePersonAgain",
    method: "POST",
    path: `${one}/invite`,
    summary: "Send the invitation again to someone who has not signed in so far",
    description: "The link that was sent before is good no longer.",
    roles,
    secrets: ["invitation"],
    answers: { 200: invitedPersonSchema },
  }),
  change: operation({
    name: "changePerson",
    method: "PATCH",
    path: one,
    summary: "Change someone's name or role, shut them out or let them in again",
    description: "Holds within a minute. The last active administrator of a library stays one: CONFLICT.",
    roles,
    body: personChangeSchema,
    answers: { 200: personSchema },
    problems: ["CONFLICT"],
  }),
  delete: operation({
    name: "removePerson",
    method: "DELETE",
    path: one,
    summary: "Remove someone from the library",
    description: "Holds within a minute. The last active administrator of a library stays: CONFLICT.",
    roles,
    answers: { 204: noBody },
    problems: ["CONFLICT"],
  }),
};
