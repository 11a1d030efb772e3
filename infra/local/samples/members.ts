import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { z } from "zod";
import type { Library } from "#domain/library";
import { isClient, openMembers, provideSupportClient, provideSupportPerson } from "../../provide-support.ts";
import type { Endpoints } from "../endpoints.ts";
import { callers, foreseenSamples } from "../identity/callers.ts";
import type { LocalUserPool } from "../sign-in.ts";
import { call, signIn } from "./api-client.ts";
import { sampleLibraries } from "./libraries.ts";

export interface SampleParts {
  readonly url: string;
  readonly endpoints: Endpoints;
  readonly userPool: LocalUserPool;
}

const librariesSchema = z.object({ items: z.array(z.object({ library: z.string() })) });
const peopleSchema = z.object({ items: z.array(z.object({ email: z.string() })) });
const clientsSchema = z.object({ items: z.array(z.object({ name: z.string() })) });
const support = "keystone-support";
const why = encodeURIComponent("Samples");

/**
 * Makes the sample libraries with their people and clients, those that lack, as Keystone makes any library: support comes
 * first, by the deployment, then all else by the API. In a folder of an earlier version the libraries are there already.
 */
export async function makeMembers({ url, endpoints, userPool }: SampleParts): Promise<void> {
  userPool.foresee(foreseenSamples);
  await provideSupport(endpoints, userPool);
  const token = await signIn(url, support);
  const served = librariesSchema.parse(await call(url, token, "GET", "/v1/support/libraries?limit=200"));
  for (const sample of sampleLibraries) {
    if (!served.items.some(({ library }) => library === sample.library)) await makeLibrary(url, token, sample);
    await makeMembersOf(url, token, sample.library);
  }
  for (const { email } of callers) await userPool.noteSignIn(email);
  userPool.foresee({ users: new Map(), clients: new Map() });
}

async function provideSupport(endpoints: Endpoints, { endpoint, poolId }: LocalUserPool): Promise<void> {
  const { region, accessKeyId, secretAccessKey, dynamodb, table } = endpoints;
  const common = { region, credentials: { accessKeyId, secretAccessKey } };
  const dynamo = new DynamoDBClient({ ...common, endpoint: dynamodb });
  const cognito = new CognitoIdentityProviderClient({ ...common, endpoint });
  const members = openMembers(dynamo, cognito, { tableName: table, poolId });
  if (!(await isClient(members, support))) await provideSupportClient(members, support);
  const person = callers.find(({ name }) => name === support);
  // One that is there already has the address.
  if (person !== undefined) await provideSupportPerson(members, { name: person.name, email: person.email });
  dynamo.destroy();
  cognito.destroy();
}

async function makeLibrary(url: string, token: string, { library, name, timeZone }: Library): Promise<void> {
  const body = JSON.stringify({ library, name, timeZone });
  await call(url, token, "POST", "/v1/support/libraries", body, { reason: why });
}

async function makeMembersOf(url: string, token: string, library: string): Promise<void> {
  const headers = { library, reason: why };
  const people = peopleSchema.parse(await call(url, token, "GET", "/v1/people?limit=200", undefined, headers));
  const clients = clientsSchema.parse(await call(url, token, "GET", "/v1/clients?limit=200", undefined, headers));
  for (const caller of callers) {
    if (!("library" in caller) || caller.library !== library) continue;
    const { name, email, role } = caller;
    if (!clients.items.some((client) => client.name === name)) {
      await call(url, token, "POST", "/v1/clients", JSON.stringify({ name, role }), headers);
    }
    if (!people.items.some((person) => person.email === email)) {
      await call(url, token, "POST", "/v1/people", JSON.stringify({ email, name, role }), headers);
    }
  }
}
