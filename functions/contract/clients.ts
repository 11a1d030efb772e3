import { z } from "zod";
import { libraryRoles } from "#domain/member";
import { nameSchema } from "#domain/text";
import { givenIdSchema, instantSchema } from "./formats.ts";
import { pageOf, pageQuery } from "./list.ts";
import { noBody, operation } from "./operation.ts";

const newClientSchema = z.strictObject({ name: nameSchema, role: z.enum(libraryRoles) }).meta({ id: "NewClient" });
export type NewClient = z.input<typeof newClientSchema>;

const clientSchema = z
  .object({
    clientId: givenIdSchema,
    name: z.string(),
    role: z.enum(libraryRoles),
    createdBy: z.string(),
    createdAt: instantSchema,
    changedAt: instantSchema.optional(),
  })
  .meta({ id: "Client" });
export type ClientAnswer = z.infer<typeof clientSchema>;

const clientWithSecretSchema = clientSchema
  .extend({ clientSecret: z.string().meta({ description: "Shown this once" }) })
  .meta({ id: "ClientWithSecret" });
export type ClientWithSecretAnswer = z.infer<typeof clientWithSecretSchema>;

const one = "/v1/clients/:clientId";
const roles = ["administrator", "support"] as const;

export const clients = {
  list: operation({
    name: "listClients",
    method: "GET",
    path: "/v1/clients",
    summary: "The library's own systems that call this API",
    roles,
    query: z.strictObject(pageQuery),
    answers: { 200: pageOf("ClientPage", clientSchema) },
  }),
  create: operation({
    name: "createClient",
    method: "POST",
    path: "/v1/clients",
    summary: "Let a system of the library call this API",
    description: "It gets tokens by client credentials, with the id and the secret of the answer.",
    roles,
    body: newClientSchema,
    secrets: ["clientSecret"],
    answers: { 201: clientWithSecretSchema },
  }),
  get: operation({
    name: "getClient",
    method: "GET",
    path: one,
    summary: "One client",
    roles,
    answers: { 200: clientSchema },
  }),
  rotate: operation({
    name: "rotateClientSecret",
    method: "POST",
    path: `${one}/rotate`,
    summary: "Give a client a new secret",
    description: "The secret before gets no more tokens; tokens that it got are good until they expire.",
    roles,
    secrets: ["clientSecret"],
    answers: { 200: clientWithSecretSchema },
  }),
  delete: operation({
    name: "removeClient",
    method: "DELETE",
    path: one,
    summary: "Let a system of the library call this API no longer",
    description: "Holds within a minute, for tokens that it has too.",
    roles,
    answers: { 204: noBody },
  }),
};
