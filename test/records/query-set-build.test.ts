import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LibraryId } from "#domain/ids";
import type { PatronLine } from "#domain/import/patron-line";
import type { Criteria } from "#domain/query/criteria";
import { compile } from "#domain/query/evaluate";
import type { QuerySubject } from "#domain/query/subject";
import { piedmont } from "#infra/local/samples/libraries";
import { generatePatrons } from "#infra/local/samples/patrons";
import { newId } from "#platform/identifiers";
import { readIndex } from "#records/query-sets/member-index";
import { type Member, memberChunkCount, readMemberChunk, readNotFound } from "#records/query-sets/members";
import { createQuerySet, startBuilding } from "#records/query-sets/moves";
import { chunksKey, saveIdList } from "#records/query-sets/query-set-build";
import { loadQuerySet, type QuerySet, uploadedFileKey } from "#records/query-sets/query-sets";
import { mediumRecordKey, queueKey, shardOf } from "#records/store/keys";
import { libraryId, patronId } from "#test/ids";
import { createHandler } from "../../functions/build-query-set/handler.ts";
import { byName } from "../by-name.ts";
import { type RealStores, startRealStores } from "./real-store.ts";
import { seedPatrons } from "./seeded-library.ts";

const library = libraryId("piedmont");
const audit = {
  at: "2026-01-01T00:00:00.000Z",
  actor: { sub: "test", name: "test" },
  role: "staff",
  action: "TEST",
  subject: "",
  detail: "",
};

let stores: RealStores;
let handler: ReturnType<typeof createHandler>;
const lines: PatronLine[] = [...generatePatrons({ library: piedmont, count: 3000, seed: "query sets" })];
const ids = lines.map((line) => line.patronId);

beforeAll(async () => {
  stores = await startRealStores();
  handler = createHandler({ stores, now: () => new Date() });
  await seedPatrons(stores.of(piedmont.library), piedmont, lines);
});
afterAll(async () => await stores?.close());

interface Source {
  readonly criteria?: Criteria;
  readonly patronIds?: readonly string[];
  readonly upload?: string | Uint8Array;
}

async function begin({ criteria, patronIds, upload }: Source, library: LibraryId): Promise<string> {
  const querySetId = newId(new Date());
  if (patronIds !== undefined) await saveIdList(stores.of(library), querySetId, patronIds);
  const kind = upload === undefined ? patronIds && "LIST" : "UPLOAD";
  await createQuerySet(
    stores.of(library),
    {
      library,
      querySetId,
      name: undefined,
      criteria,
      searchStatement: "",
      ids: kind,
      createdBy: "test",
      createdBySub: "test",
      createdAt: audit.at,
    },
    audit,
  );
  if (upload !== undefined) {
    await stores.of(library).objects.putText(uploadedFileKey({ library }, querySetId, "taken"), upload);
    await startBuilding(stores.of(library), { querySetId, erasedFile: undefined }, "taken", {
      ...audit,
      action: "STARTED",
    });
  }
  return querySetId;
}

const step = async (job: string, task: "split" | "close", library = piedmont.library) =>
  await handler({ task, library, job });
const chunksOf = async (job: string, library = piedmont.library): Promise<object[]> => {
  const text = (await stores.of(library).objects.getText(chunksKey({ library }, job))) ?? "";
  return [...text.matchAll(/.+/g)].map(([line]) => JSON.parse(line));
};

async function found(job: string, library = piedmont.library): Promise<QuerySet> {
  const set = await loadQuerySet(stores.of(library), job);
  if (set === undefined) throw new Error("the set is gone");
  return set;
}

async function build(source: Source, library = piedmont.library): Promise<QuerySet> {
  const job = await begin(source, library);
  await step(job, "split", library);
  await Promise.all((await chunksOf(job, library)).map(async (task) => await handler(task)));
  await step(job, "close", library);
  return await found(job, library);
}

async function membersOf(set: QuerySet): Promise<Member[]> {
  const members: Member[] = [];
  for (let chunk = 0; chunk < memberChunkCount(set); chunk++) {
    members.push(...(await readMemberChunk(stores.of(set.library), set.querySetId, chunk)));
  }
  return members;
}

function subjectOf({ media = [], preferences = [], reserves, requests, hasHad, ...patron }: PatronLine): QuerySubject {
  return {
    patron: {
      ...patron,
      patronId: patronId(patron.patronId ?? ""),
      preferences: preferences.map((it) => ({ ...it, exclusion: it.exclusion ?? false })),
      reserveCounts: {},
      requestCounts: {},
    },
    media: media.map((it) => ({ status: "ACTIVE", nightlyDebug: false, version: 1, ...it })),
  };
}

const onDemand: Criteria = {
  all: [
    { field: "Media.medium", operator: "equals", value: "DB" },
    { field: "Media.serveCode", operator: "begins", value: "O" },
    { none: [{ field: "Preference.exclusion", operator: "equals", value: "YES" }] },
  ],
};

const matches = (line: PatronLine) => compile(onDemand)(subjectOf(line));

describe("building a query set", () => {
  it("finds by criteria whom the rules find, in name order, with their media", async () => {
    const expected = lines.filter(matches).sort(byName);
    const set = await build({ criteria: onDemand });
    expect(expected.length).toBeGreaterThan(50);
    expect(set).toMatchObject({ status: "READY", counts: { matched: expected.length, notFound: 0, duplicates: 0 } });
    const members = await membersOf(set);
    expect(members.map((it) => it.patronId)).toEqual(expected.map((it) => it.patronId));
    const [line] = expected;
    expect(members[0]).toMatchObject({ lastName: line?.lastName, mainStatus: line?.mainStatus });
    expect(Object.keys(members[0]?.media ?? {}).sort()).toEqual((line?.media ?? []).map((it) => it.medium).sort());
    expect(members[0]?.media.DB).toMatchObject({ version: 1 });
  });

  it("indexes every member on the line it stands on", async () => {
    const set = await build({ criteria: { all: [{ field: "Patron.patronId", operator: "isNotBlank" }] } });
    const members = await membersOf(set);
    expect(members.length).toBe(lines.length);
    let line = 0;
    for await (const indexed of readIndex(stores.of(set.library), set)) {
      expect(indexed).toMatchObject({ line, patronId: members[line]?.patronId, mainStatus: members[line]?.mainStatus });
      line++;
    }
    expect(line).toBe(lines.length);
  });

  it("keeps the order of a list, counts ids given twice once, and lists unknown ones by value", async () => {
    const list = [...ids].reverse().slice(0, 2500);
    const strange = ["nobody", "' OR 1=1", "P000001#MEDIUM#DB", "*", "é😀", "__proto__"];
    const set = await build({ patronIds: [strange[0] ?? "", ...list, list[7] ?? "", ...strange, "nobody"] });
    expect(set.counts).toMatchObject({ matched: 2500, notFound: 6, duplicates: 3 });
    expect(set.searchStatement).toBe("Patron : Patron ID : In : list of 2506 ids");
    expect((await membersOf(set)).map((it) => it.patronId)).toEqual(list);
    expect(await readNotFound(stores.of(set.library), set, 0, 10)).toEqual(strange);
    expect(await readNotFound(stores.of(set.library), set, 4, 1)).toEqual(["é😀"]);
  });

  it("reads a short list patron by patron, media and all", async () => {
    const set = await build({ patronIds: [ids[5] ?? "", "nobody", ids[2] ?? ""] });
    const members = await membersOf(set);
    expect(members.map((it) => it.patronId)).toEqual([ids[5], ids[2]]);
    expect(Object.keys(members[1]?.media ?? {}).length).toBe(lines[2]?.media?.length);
  });

  it("unites criteria and a list in name order, each patron once", async () => {
    const matching = lines.filter(matches);
    const missed = lines.filter((line) => !matching.includes(line)).slice(0, 40);
    const listed = [...missed, ...matching.slice(0, 10)];
    const set = await build({ criteria: onDemand, patronIds: listed.map((it) => it.patronId) });
    const expected = [...matching, ...missed].sort(byName).map((it) => it.patronId);
    expect((await membersOf(set)).map((it) => it.patronId)).toEqual(expected);
    expect(set.searchStatement).toMatch(/^\(.* AND \(NOT .*\)\) OR Patron : Patron ID : In : list of 50 ids$/);
  });

  it("reads an uploaded file, and fails with the reason where it is not a list of ids", async () => {
    const set = await build({ upload: `\uFEFFpatronId\r\n"${ids[0]}"\r\n\r\n ${ids[1]} \r\nnobody\r\n` });
    expect(set).toMatchObject({ status: "READY", counts: { matched: 2, notFound: 1, duplicates: 0 } });
    expect(set.searchStatement).toBe("Patron : Patron ID : In : list of 3 ids");
    const refused = await build({ upload: `${ids[0]},Ames\n` });
    expect(refused).toMatchObject({ status: "FAILED", stateReason: expect.stringContaining("Line 1 has 2 columns") });
  });

  it("is READY with nobody where nobody matches", async () => {
    const set = await build({
      criteria: { all: [{ field: "Patron.lastName", operator: "equals", value: "' OR 1=1" }] },
    });
    expect(set).toMatchObject({ status: "READY", counts: { matched: 0 } });
    expect(await membersOf(set)).toEqual([]);
  });

  it("asks service queues for their length where a criterion names it", async () => {
    const [first, second] = lines.filter((line) => line.media?.some((it) => it.medium === "DB"));
    const queue = { ...queueKey({ library }, patronId(first?.patronId ?? ""), "DB"), size: 7 };
    await stores.across.write({ put: queue });
    const set = await build({
      criteria: { all: [{ field: "Media.serviceQueueSize", operator: "atLeast", value: 7 }] },
      patronIds: [second?.patronId ?? ""],
    });
    const members = (await membersOf(set)).map((it) => it.patronId);
    expect(members.sort()).toEqual([first?.patronId, second?.patronId].sort());
  });

  it("takes no removed record for a record", async () => {
    const line = lines.find((it) => it.media?.length === 1);
    const id = patronId(line?.patronId ?? "");
    const key = mediumRecordKey({ library }, id, line?.media?.[0]?.medium ?? "");
    await stores.across.write({ set: { removed: true }, key: key });
    const set = await build({ criteria: { all: [{ field: "Patron.hasMedium", operator: "isBlank" }] }, patronIds: [] });
    await stores.across.write({ set: { removed: false }, key: key });
    expect((await membersOf(set)).find((it) => it.patronId === id)?.media).toEqual({});
  });
});

describe("a query set that is built more than once", () => {
  it("holds what the first try found, whatever is delivered again and however late", async () => {
    const job = await begin({ criteria: onDemand }, library);
    await step(job, "split");
    const tasks = await chunksOf(job);
    await Promise.all([...tasks, ...tasks].map(async (task) => await handler(task)));
    await step(job, "split");
    const line = lines.find((it) => !matches(it) && matches({ ...it, media: [{ medium: "DB", serveCode: "OA" }] }));
    const latecomer = {
      ...mediumRecordKey({ library }, patronId(line?.patronId ?? ""), "DB"),
      medium: "DB",
      serveCode: "OA",
      version: 1,
    };
    const before = await stores.across.get({ pk: latecomer.pk, sk: latecomer.sk });
    await stores.across.write({ put: latecomer });
    await Promise.all(tasks.map(async (task) => await handler(task)));
    await Promise.all([step(job, "close"), step(job, "close")]);
    const set = await found(job);
    const members = (await membersOf(set)).map((it) => it.patronId);
    await step(job, "split");
    await Promise.all(tasks.map(async (task) => await handler(task)));
    await step(job, "close");
    await stores.across.write(
      before === undefined ? { delete: latecomer } : { put: { ...before, pk: latecomer.pk, sk: latecomer.sk } },
    );
    const expected = lines.filter(matches).sort(byName);
    expect(members).toEqual(expected.map((it) => it.patronId));
    expect((await membersOf(await found(job))).map((it) => it.patronId)).toEqual(members);
    expect(await found(job)).toEqual(set);
  });

  it("fails with a sentence where a shard could not be searched, and not before closing", async () => {
    const job = await begin({ criteria: onDemand }, library);
    await step(job, "split");
    const tasks = await chunksOf(job);
    await Promise.all(tasks.slice(1).map(async (task) => await handler(task)));
    expect(await found(job)).toMatchObject({ status: "BUILDING" });
    await handler({ task: "close", library, job, error: { Error: "States.TaskFailed" } });
    expect(await found(job)).toMatchObject({
      status: "FAILED",
      stateReason: expect.stringMatching(/Make the query set again/),
    });
    await step(job, "close");
    expect(await found(job)).toMatchObject({ status: "FAILED" });
  });
});

describe("patrons whose ids begin alike", () => {
  it("are kept apart, also from medium records that lost their patron", async () => {
    const tiny = { ...piedmont, library: libraryId("tiny") };
    const names = ["P1", "P1-", "P1.0", "P10", "P100", "P1_", "P1a", "P"];
    const media = (n: number) => [{ medium: n % 2 === 0 ? "DB" : "BR" }];
    const patrons = names.map((patronId, n) => ({ patronId, lastName: "X", mainStatus: "ACTIVE", media: media(n) }));
    await seedPatrons(stores.of(tiny.library), tiny, patrons);
    const beside = Array.from({ length: 1000 }, (_, n) => `P1${n + 200}`).find((id) => shardOf(id) === shardOf("P1"));
    await stores.across.write({
      put: {
        ...mediumRecordKey({ library: libraryId("tiny") }, patronId(beside ?? ""), "LP"),
        medium: "LP",
        version: 1,
      },
    });
    const expected = names.map((id, n) => [id, media(n).map((it) => it.medium)]);
    const mediaOf = (set: Member[]) => set.map((it) => [it.patronId, Object.keys(it.media)]);
    expect(mediaOf(await membersOf(await build({ patronIds: names }, libraryId("tiny"))))).toEqual(expected);
    const everyone: Criteria = { none: [{ field: "Patron.lastName", operator: "isBlank" }] };
    const found = mediaOf(await membersOf(await build({ criteria: everyone }, libraryId("tiny"))));
    expect(found).toEqual(expected.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
  });
});
