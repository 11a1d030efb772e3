import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { LibraryId } from "#domain/ids";
import { deletionDate } from "#domain/leaving";
import { type KeyKind, keyKinds } from "#infra/permissions";
import { logger } from "#platform/logger";
import { auditEntry, keystoneEntry, listAudit, noteRefusal } from "#records/library/audit";
import { loadLibrary, provisionLibrary } from "#records/library/libraries";
import { leaveLibrary, loadTenant, restoreLibrary, type StoredTenant, suspendLibrary } from "#records/library/tenants";
import { patronKey } from "#records/store/keys";
import { objectKinds } from "#records/store/object-kinds";
import { openWork } from "#records/store/open-work";
import { libraryId, patronId } from "#test/ids";
import type { Answer } from "../../functions/api/route.ts";
import { auditRoutes } from "../../functions/api/routes/audit.ts";
import { createHandler } from "../../functions/expire/handler.ts";
import { libraryOf } from "../unit/plan.arbitraries.ts";
import { addMembers, everyItem, startRealPool } from "./deletion-bed.ts";
import { type RealStores, startRealStores } from "./real-store.ts";
import { callRoute } from "./route-call.ts";

let stores: RealStores;
let pool: Awaited<ReturnType<typeof startRealPool>>;
/** Changes that arrive before the function is dead; the last of them arrives unheard where `isLost`. */
let changesLeft = Number.POSITIVE_INFINITY;
let isLost = false;
let isRunning = false;

const changing = new Set([
  "BatchWriteItemCommand",
  "PutItemCommand",
  "UpdateItemCommand",
  "DeleteItemCommand",
  "TransactWriteItemsCommand",
  "DeleteObjectsCommand",
]);
class Death extends Error {}

async function mortal<Answer>(command: string | undefined, send: () => Promise<Answer>): Promise<Answer> {
  if (!changing.has(command ?? "")) return await send();
  if (changesLeft <= 0) throw new Death();
  changesLeft--;
  const answer = await send();
  if (changesLeft === 0 && isLost) throw new Death();
  return answer;
}

beforeAll(async () => {
  logger.setLogLevel("SILENT");
  stores = await startRealStores();
  pool = await startRealPool();
  const early = { step: "initialize", priority: "low" } as const;
  stores.dynamo.middlewareStack.add(
    (next, { commandName }) =>
      async (args) =>
        await mortal(commandName, () => next(args)),
    early,
  );
  stores.s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) =>
        await mortal(commandName, () => next(args)),
    early,
  );
});
afterAll(async () => {
  await pool?.close();
  await stores?.close();
});
beforeEach(() => {
  changesLeft = Number.POSITIVE_INFINITY;
  isLost = false;
  isRunning = false;
});

const dayLength = 24 * 3600_000;
const now = new Date("2026-11-26T12:00:00Z");
const over = new Date(deletionDate(now).getTime() + 2 * 3600_000);

async function expire(at: Date): Promise<void> {
  await createHandler({
    stores,
    fencedStores: stores,
    pool: pool.pool,
    workflows: { look: async () => (isRunning ? "RUNNING" : "ENDED") },
    now: () => at,
  })({});
}

/** Items of each kind that begins with a library. What a library has more than these fails here until it is added. */
const sortKeys: Readonly<Record<Exclude<KeyKind, "settings" | Shared>, readonly (readonly [string, string])[]>> = {
  profiles: patrons(
    (id) => patronKey({ library: libraryId("x") }, patronId(id)),
    (key) =>
      [
        ["", ""],
        ["#MEDIUM#DB", ""],
        ["#MEDIUM#BR", ""],
      ].map(([more = ""]) => [key.pk.replace("LIB#x#", ""), `${key.sk}${more}`] as const),
  ),
  reading: patrons(
    (id) => ({ pk: `PATRON#${id}`, sk: "" }),
    ({ pk }) =>
      ["READING", "QUEUE#DB", "HISTORY#DB#000000000002", "CHANGE#2026-01-01#01a#DB", "HELD#01a"].map(
        (sk) => [pk, sk] as const,
      ),
  ),
  savedQueries: [
    ["SAVED_QUERIES", "01a"],
    ["SAVED_QUERIES#NAMES", "digest"],
  ],
  presets: [
    ["PRESETS", "01a"],
    ["PRESETS#NAMES", "digest"],
  ],
  recipes: [
    ["RECIPES", "01a"],
    ["RECIPES#NAMES", "digest"],
  ],
  querySets: [
    ["QUERY_SETS", "01a"],
    ["QUERY_SETS#01a", "EXCLUSIONS"],
  ],
  batchUpdates: [
    ["BATCH_UPDATES", "01b"],
    ["BATCH_UPDATES#01b", "EXCLUSIONS"],
  ],
  imports: [
    ["IMPORTS", "01c"],
    ["IMPORTS#01c", "PART"],
  ],
  exports: [["EXPORTS", "01d"]],
  erasures: [
    ["ERASURES", "01e"],
    ["ERASED", "P1"],
  ],
  unknownJobs: [["UNKNOWN_JOBS", "NOTICED"]],
  locks: [
    ["LOCKS", "MEDIUM#DB"],
    ["LOCKS", "IMPORT#patrons"],
  ],
  fills: [["FILLS#01b", "GROUP#1"]],
  failures: [
    ["FAILURES#01a", "e#1"],
    ["FAILURES#01b", "e#1"],
    ["FAILURES#01c", "e#1"],
    ["FAILURES#01d", "e#1"],
  ],
  audit: [
    ["AUDIT", "2026-01-01T00:00:00.000Z#1#X"],
    ["AUDIT#REFUSED", "2026-01-01T00:00:00.000Z#1#X"],
  ],
  events: [
    ["EVENTS", "E#1"],
    ["EVENTS", "LAST"],
  ],
  idempotency: [["IDEMPOTENCY#digest", "RESULT"]],
  requests: [["REQUESTS#7", "COUNT"]],
  cursors: [["CURSORS", "KEY"]],
  // Of whom nothing else is left.
  people: [["PEOPLE", "2026-01-01T00:00:00.000Z#gone"]],
  clients: [["CLIENTS", "2026-01-01T00:00:00.000Z#gone"]],
};
type Shared = "open" | "libraries" | "members" | "keystone";

function patrons<Given>(of: (id: string) => Given, all: (given: Given) => (readonly [string, string])[]) {
  // Ids of which one begins like another.
  return ["P1", "P11", "P2", "a", "ab", "-", "."].flatMap((id) => all(of(id)));
}

const leftToTimeToLive = /^LIB#[^#]*#(AUDIT|IDEMPOTENCY#|REQUESTS#)/;
const libraries = ["a", "ab", "A", "a-b", "b"].map(libraryId);

/** A library that has something of everything, and of each object two versions' worth of keys. */
async function fill(library: LibraryId): Promise<void> {
  await provisionLibrary(stores, libraryOf({ library }), now.toISOString());
  const items = Object.values(sortKeys).flatMap((keys) =>
    keys.map(([rest, sk]) => ({ pk: `LIB#${library}#${rest}`, sk, id: "gone", of: library, expiresAt: 4_000_000_000 })),
  );
  const open = ["work#1", "fills#2", "review#3", "schedule#4"].map((rest) => ({
    pk: "OPEN",
    sk: `${library}#${rest}`,
  }));
  const all = [...items, ...open].map((item) => ({ PutRequest: { Item: marshall(item) } }));
  for (let from = 0; from < all.length; from += 25) {
    const RequestItems = { records: all.slice(from, from + 25) };
    await stores.dynamo.send(new BatchWriteItemCommand({ RequestItems }));
  }
  for (const kind of objectKinds) {
    for (const name of ["1/one", "1/two", "2"]) {
      const Key = `${library}/${kind}/${name}`;
      await stores.s3.send(new PutObjectCommand({ Bucket: stores.bucket, Key, Body: `${library} ${name}` }));
    }
  }
}

async function leave(library: LibraryId, at = now): Promise<StoredTenant> {
  const tenant = await tenantOf(library);
  const entry = { at: at.toISOString(), actor: { sub: "kim", name: "Kim" }, role: "support", action: "LIBRARY_LEAVES" };
  const told = { ...entry, subject: "library", detail: "" };
  await leaveLibrary(
    stores.across,
    tenant,
    deletionDate(at).toISOString(),
    await auditEntry(stores.of(library), "1", told),
    keystoneEntry(library, told),
  );
  return await tenantOf(library);
}

async function tenantOf(library: LibraryId): Promise<StoredTenant> {
  const found = await loadTenant(stores.across, library);
  if (found === undefined) throw new Error(`There is no library ${library}`);
  return found;
}

/** Asks for the audit, or the file of it, as an administrator of the library does. */
async function askedAudit(library: LibraryId, path: string, query: Record<string, string>): Promise<Answer> {
  const parts = { store: stores.of(library), stores };
  return await callRoute(auditRoutes, ["GET", path], { library, params: {}, query }, parts);
}

/** The acts that the audit's list tells, narrowed or from a cursor on. */
async function actsTold(library: LibraryId, query: Record<string, string>): Promise<string[]> {
  const { body } = await askedAudit(library, "/v1/audit", query);
  return pageOfActs.parse(body).items.map(({ action }) => action);
}
const pageOfActs = z.object({ items: z.array(z.object({ action: z.string() })) });

async function everyObject(): Promise<string[]> {
  const { Versions = [] } = await stores.s3.send(new ListObjectVersionsCommand({ Bucket: stores.bucket }));
  return Versions.map(({ Key, ETag }) => `${Key} ${ETag}`);
}

const isOf = (library: LibraryId, key: string) =>
  key.startsWith(`LIB#${library}#`) || key.startsWith(`OPEN ${library}#`) || key === `LIBRARIES ${library}`;

test("every kind of item that begins with a library is looked at here", () => {
  const kinds = Object.entries(keyKinds).flatMap(([kind, pattern]) => (pattern.startsWith("LIB#") ? [kind] : []));
  expect([...Object.keys(sortKeys), "settings"].toSorted()).toEqual(kinds.toSorted());
});

describe("A library that leaves", () => {
  test("is deleted whole, whatever the function dies of between any two changes, and no other is touched", async () => {
    const [library = libraryId("a"), ...others] = libraries;
    for (const one of libraries) await fill(one);
    const members = new Map<LibraryId, Awaited<ReturnType<typeof addMembers>>>();
    for (const one of libraries) members.set(one, await addMembers(stores, pool.pool, one));
    await leave(library);
    const before = await everyItem(stores);
    const objectsBefore = await everyObject();

    // Its time is not over, or what was begun before may still be under way.
    await expire(new Date(deletionDate(now).getTime() - 1));
    await expire(new Date(deletionDate(now).getTime() + 60 * 60_000));
    expect(await everyItem(stores)).toEqual(before);

    let deaths = 0;
    while ((await loadTenant(stores.across, library)) !== undefined) {
      changesLeft = 1;
      isLost = deaths % 2 === 1;
      await expire(over);
      deaths++;
      expect(deaths).toBeLessThan(500);
    }
    changesLeft = Number.POSITIVE_INFINITY;
    expect(deaths).toBeGreaterThan(40);

    const after = await everyItem(stores);
    const left = [...after].filter(([key]) => isOf(library, key));
    for (const [key, item] of left) {
      expect(key).toMatch(leftToTimeToLive);
      expect(item, key).toHaveProperty("expiresAt");
    }
    const gone = members.get(library);
    for (const id of [gone?.personId, gone?.clientId]) {
      expect([...after.keys()].filter((key) => key.includes(String(id)))).toEqual([]);
    }
    expect(JSON.stringify([...after].filter(([key]) => key.startsWith("WHO#")))).not.toContain(gone?.email);
    expect(pool.directory.user(String(gone?.userName))).toBeUndefined();
    expect(pool.directory.client(String(gone?.clientId))).toBeUndefined();

    const ofOthers = (items: Map<string, unknown>) =>
      new Map(
        [...items].filter(
          ([key, item]) =>
            !isOf(library, key) &&
            !key.startsWith("KEYSTONE") &&
            !(key.startsWith("WHO#") && /"S":"a"/.test(JSON.stringify(item))),
        ),
      );
    expect(ofOthers(after)).toEqual(ofOthers(before));
    expect(await everyObject()).toEqual(objectsBefore.filter((key) => !key.startsWith(`${library}/`)));
    for (const one of others) {
      expect(pool.directory.user(`user-${one}`)?.email).toBe(members.get(one)?.email);
      expect(pool.directory.client(String(members.get(one)?.clientId))).toBeDefined();
    }
    const told = [...after].filter(([key]) => key.endsWith("#LIBRARY_DELETED"));
    expect(told.map(([key]) => key.split(" ")[0]).toSorted()).toEqual(["KEYSTONE#AUDIT", `LIB#${library}#AUDIT`]);
  });

  test("can be made anew, and knows nothing of the one before, whose audit it does not see", async () => {
    const library = libraryId("again");
    await fill(library);
    await leave(library);
    await expire(over);
    const store = stores.of(library);
    expect(await loadLibrary(store)).toBeUndefined();
    const at = new Date(over.getTime() + dayLength + 30_000).toISOString();
    const made = {
      at,
      actor: { sub: "kim", name: "Kim" },
      role: "support",
      action: "LIBRARY_CREATED",
      subject: "library",
      detail: "",
    };
    const settings = libraryOf({ library });
    expect((await provisionLibrary(stores, settings, at, await auditEntry(store, "1", made))).done).toBe(true);
    const { items, next } = await listAudit(store, 10, undefined);
    expect(items.map(({ action }) => action)).toEqual(["LIBRARY_CREATED"]);
    expect(next).toBeUndefined();
    // Nor by a walk that begins behind its making, as a range or a cursor has it, and never meets it.
    const to = new Date(Date.parse(at) - 1).toISOString();
    expect(await actsTold(library, { to })).toEqual([]);
    expect(await actsTold(library, { cursor: `${to}~` })).toEqual([]);
    expect(await actsTold(library, { to: at })).toEqual(["LIBRARY_CREATED"]);
    const { body } = await askedAudit(library, "/v1/audit/export", { to });
    const { csvUrl } = z.object({ csvUrl: z.string() }).parse(body);
    const sheet = await (await fetch(csvUrl)).text();
    expect(sheet.trim().split("\n")).toHaveLength(1);
    expect(await loadTenant(stores.across, library)).toMatchObject({ suspended: false });
    // What is refused in its first minute is told like everything since its making.
    const actor = { sub: "late", name: "Late" };
    await noteRefusal(store, "POST /v1/presets", { ...made, actor }, new Date(Date.parse(at) + 1));
    expect((await listAudit(store, 10, undefined)).items.map(({ action }) => action)).toEqual([
      ...["ACT_REFUSED", "LIBRARY_CREATED"],
    ]);
  });

  test("is deleted when its jobs have ended, and cannot be made anew before it is gone", async () => {
    const library = libraryId("busy");
    await fill(library);
    const work = { library, id: "01b", workflow: "apply", attempt: 1, openedAt: now.toISOString() } as const;
    await stores.across.write(openWork(work));
    await leave(library);
    isRunning = true;
    const before = await everyItem(stores);
    await expire(over);
    const { deletionBegan, ...tenant } = await tenantOf(library);
    expect(deletionBegan).toBe(over.toISOString());
    expect((await everyItem(stores)).size).toBe(before.size);
    expect((await provisionLibrary(stores, libraryOf({ library }))).done).toBe(false);
    // Too late.
    expect((await restoreLibrary(stores.across, tenant)).done).toBe(false);
    isRunning = false;
    await expire(over);
    expect(await loadTenant(stores.across, library)).toBeUndefined();
    expect((await provisionLibrary(stores, libraryOf({ library }))).done).toBe(true);
  });

  test("that is taken back stays, suspended only if it was before", async () => {
    for (const wasSuspended of [false, true]) {
      const library = libraryId(`back-${wasSuspended}`);
      await fill(library);
      await suspendLibrary(stores.across, library, wasSuspended);
      const leaving = await leave(library);
      expect(leaving).toMatchObject({ suspended: true });
      expect((await suspendLibrary(stores.across, library, false)).done).toBe(false);
      expect((await restoreLibrary(stores.across, leaving)).done).toBe(true);
      const { suspended, ...rest } = await tenantOf(library);
      expect(suspended).toBe(wasSuspended);
      expect(rest).not.toHaveProperty("deleteAt");
      const before = await everyItem(stores);
      await expire(new Date(over.getTime() + 30 * dayLength));
      expect((await everyItem(stores)).size).toBe(before.size);
      expect((await restoreLibrary(stores.across, leaving)).done).toBe(false);
    }
  });
});
