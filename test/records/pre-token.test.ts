import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { piedmont } from "#infra/local/samples/libraries";
import { provisionLibrary } from "#records/library/libraries";
import { suspendLibrary } from "#records/library/tenants";
import { changedMember, loadMember, type Member, newMember } from "#records/members/members";
import { libraryId } from "#test/ids";
import { createHandler } from "../../functions/pre-token/handler.ts";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
let handler: ReturnType<typeof createHandler>;
const now = new Date("2026-09-01T12:00:00Z");
beforeAll(async () => {
  stores = await startRealStores();
  handler = createHandler({ table: stores.across, now: () => now });
  await provisionLibrary(stores, piedmont);
});
afterAll(() => stores?.close());

const made = { createdBy: "x", createdBySub: "x", createdAt: now.toISOString(), revision: 1 };
let count = 0;

async function person(given: Partial<Extract<Member, { kind: "person" }>> = {}): Promise<string> {
  const id = `person-${++count}`;
  const member: Member = {
    ...{ kind: "person", id, library: libraryId("piedmont"), role: "administrator", name: "Ada", status: "ACTIVE" },
    ...{ email: `${id}@x.example`, userName: id, ...made, ...given },
  } as const;
  await stores.across.write(...newMember(member));
  return id;
}

const common = { version: "3", region: "us-east-1", userPoolId: "us-east-1_aaaaaaaaa", userName: "ada", response: {} };
const signingIn = (sub: string, attributes: Record<string, string> = {}) => ({
  ...common,
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "1example23456789" },
  triggerSource: "TokenGeneration_HostedAuth",
  request: {
    userAttributes: { sub, ...attributes },
    groupConfiguration: { groupsToOverride: ["support"], iamRolesToOverride: [], preferredRole: null },
    scopes: ["openid", "profile", "role/support", "library/lakeshore"],
  },
});
const machine = (clientId: string) => ({
  ...common,
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId },
  triggerSource: "TokenGeneration_ClientCredentials",
  request: { userAttributes: {}, groupConfiguration: {}, scopes: ["batch-updates/api", "role/support"] },
});

async function claims(event: Parameters<typeof handler>[0]): Promise<unknown> {
  const { response } = Object(await handler(event));
  return response.claimsAndScopeOverrideDetails?.accessTokenGeneration.claimsToAddOrOverride;
}

describe("an access token says", () => {
  test("what the table says of a person, whatever stands in attributes, groups and scopes", async () => {
    const id = await person();
    const event = signingIn(id, { "custom:library": "lakeshore", name: "Somebody else", profile: "support" });
    expect(await handler(event)).toMatchObject(common.response);
    expect(await claims(event)).toEqual({ library: libraryId("piedmont"), roles: ["administrator"], name: "Ada" });
  });

  test("of support: no library", async () => {
    const member: Member = {
      ...{ kind: "person", id: "sue", role: "support", name: "Sue", status: "ACTIVE", email: "s@k.example" },
      ...{ userName: "sue", ...made },
    } as const;
    await stores.across.write(...newMember(member));
    expect(await claims(signingIn("sue"))).toEqual({ roles: ["support"], name: "Sue" });
  });

  test("what the table says of a machine", async () => {
    const client: Member = {
      ...{
        kind: "client",
        id: "c1",
        library: libraryId("piedmont"),
        role: "staff",
        name: "Export",
        status: "ACTIVE",
        ...made,
      },
    } as const;
    await stores.across.write(...newMember(client));
    expect(await claims(machine("c1"))).toEqual({ library: libraryId("piedmont"), roles: ["staff"], name: "Export" });
    // A person is no machine, and a machine no person, whatever their ids are.
    expect(await claims(signingIn("c1"))).toBeUndefined();
    expect(await claims(machine(await person()))).toBeUndefined();
  });
});

describe("a token says nothing of", () => {
  test("somebody whom the table does not know, and of a machine that it does not know", async () => {
    expect(await claims(signingIn("nobody", { "custom:library": "piedmont" }))).toBeUndefined();
    expect(await claims(machine("nobody"))).toBeUndefined();
  });

  test.each(["DISABLED", "LEAVING"] as const)("somebody who is %s", async (status) => {
    expect(await claims(signingIn(await person({ status })))).toBeUndefined();
  });

  test("everybody of a library that is suspended, until it is taken back", async () => {
    const id = await person();
    await suspendLibrary(stores.across, libraryId("piedmont"), true);
    expect(await claims(signingIn(id))).toBeUndefined();
    await suspendLibrary(stores.across, libraryId("piedmont"), false);
    expect(await claims(signingIn(id))).toMatchObject({ library: "piedmont" });
  });

  test("everybody of a library that is not there", async () => {
    expect(await claims(signingIn(await person({ library: libraryId("atlantis") })))).toBeUndefined();
  });
});

test("a change shows in the next token", async () => {
  const id = await person();
  const before = await loadMember(stores.across, "person", id);
  if (before === undefined) throw new Error("not there");
  await stores.across.write(changedMember(before, { role: "staff" }));
  expect(await claims(signingIn(id))).toMatchObject({ roles: ["staff"] });
});

test("the first token makes an invited person an active one, and notes when", async () => {
  const id = await person({ status: "INVITED" });
  await Promise.all([claims(signingIn(id)), claims(signingIn(id))]);
  expect(await loadMember(stores.across, "person", id)).toMatchObject({
    status: "ACTIVE",
    signedInAt: now.toISOString(),
    revision: 2,
  });
});
