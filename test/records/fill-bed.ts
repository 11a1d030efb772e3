import { afterAll, beforeAll, beforeEach } from "vitest";
import { type FillRequest, fillMessagesOf } from "#batch-manager/messages";
import { type FillDesk, requestFills, sweepFills } from "#batch-manager/requests";
import { type Title, titleSchema } from "#domain/catalogue/title";
import type { LibraryId } from "#domain/ids";
import type { Library } from "#domain/library";
import type { Preference } from "#domain/profile/patron";
import { createCatalogues } from "#records/imports/catalogue";
import { importTitles } from "#records/imports/catalogue-import";
import { provisionLibrary } from "#records/library/libraries";
import { patronItem, readingItem } from "#records/profiles/patrons";
import { fillCounts } from "#records/service-queues/fill-counts";
import { loadQueue } from "#records/service-queues/service-queues";
import { mediumRecordKey } from "#records/store/keys";
import { listOpen, openFills } from "#records/store/open-work";
import { ifAbsent, type Write } from "#records/store/table";
import { batchUpdateId, libraryId, patronId } from "#test/ids";
import { createHandler } from "../../functions/fill-service-queues/handler.ts";
import { startRealStores } from "./real-store.ts";

export const medium = "DB";
export const settings: Omit<Library, "library"> = {
  name: "A library",
  timeZone: "America/New_York",
  media: [
    { code: "DB", name: "Digital book" },
    { code: "BR", name: "Braille" },
  ],
  mediumStatuses: [{ code: "ACTIVE", name: "Active" }],
  mainStatuses: [
    { code: "ACTIVE", name: "Active", closed: false },
    { code: "DECEASED", name: "Deceased", closed: true },
  ],
  serveCodes: [],
  branches: [],
  serviceDays: ["MON"],
  closedDays: [],
  queueFunctions: [{ function: "RESERVE" }, { function: "SUBJECT" }],
  defaultServiceQueueSize: 4,
  largeBatchThreshold: 500,
  failureThresholdPercent: 50,
  retentionDays: 90,
};

export function title(titleId: string, rest: Partial<Title> = {}): Title {
  return titleSchema.parse({ titleId, medium, title: `Title ${titleId}`, author: "Ann", subjects: ["BIRDS"], ...rest });
}

const birds: Preference = { type: "SUBJECT", code: "birds", exclusion: false };

export function delivery(text: string, i: number) {
  return { messageId: `m${i}`, receiptHandle: `r${i}`, body: text, attributes: {} };
}

export function body(...requests: FillRequest[]): string {
  return JSON.stringify(fillMessagesOf(requests)[0] ?? {});
}

/** Filling on real stores, with a library of its own and six titles for each test, and the messages in the test's hands. */
export function fillBed() {
  let stores: Awaited<ReturnType<typeof startRealStores>>;
  let library: LibraryId;
  let now: Date;
  let serial = 0;
  let told = 0;
  let handler: ReturnType<typeof createHandler>;
  /** What was sent and not yet handled; taking it out is losing messages. */
  const sent: FillRequest[] = [];
  const messages: FillDesk["messages"] = {
    send: async (more) => void sent.push(...more),
    isQuiet: async () => sent.length === 0,
    giveBack: async () => undefined,
  };

  beforeAll(async () => {
    stores = await startRealStores();
  });
  afterAll(async () => await stores?.close());
  beforeEach(async () => {
    sent.splice(0);
    now = new Date("2026-08-01T12:00:00Z");
    handler = createHandler({ stores, catalogues: createCatalogues(), messages, now: () => now });
    await openLibrary();
    await importTitles(stores.of(library), "first", () => ["T1", "T2", "T3", "T4", "T5", "T6"].map((id) => title(id)));
  });

  /** From now on all is about another library, which has no titles. */
  async function openLibrary() {
    library = libraryId(`lib${++serial}`);
    await provisionLibrary(stores, { library, ...settings });
  }

  const order = (id = "batch") => ({ library, batchUpdateId: batchUpdateId(id), medium });

  async function handle(event: { Records: ReturnType<typeof delivery>[] }) {
    return await handler(event);
  }

  async function openWork() {
    const found = [];
    for await (const it of listOpen(stores.across))
      if ("fills" in it && it.fills.library === library) found.push(it.fills);
    return found;
  }

  return {
    sent,
    get library() {
      return library;
    },
    get store() {
      return stores.of(library);
    },
    get across() {
      return stores.across;
    },
    get dynamo() {
      return stores.dynamo;
    },
    get desk(): FillDesk {
      return { store: stores.of(library), messages };
    },
    get now() {
      return now;
    },
    openLibrary,
    order,
    handle,
    openWork,

    async addPatron(text: string, mainStatus = "ACTIVE", reserves: string[] = []) {
      const id = patronId(text);
      const patron = {
        patronId: id,
        lastName: `Last ${id}`,
        mainStatus,
        preferences: [birds],
        reserveCounts: {},
        requestCounts: {},
      };
      await stores.across.write({ put: patronItem({ library }, patron) });
      await stores.across.write({ put: readingItem({ library }, patron, { reserves, requests: [], hasHad: ["T1"] }) });
      await stores.across.write({ put: { ...mediumRecordKey({ library }, id, medium), medium, version: 1 } });
    },

    async ask(patronIds: string[], by = "batch", chunk = 0) {
      const id = batchUpdateId(by);
      await stores.across.write(openFills({ library, id, medium, resent: 0, openedAt: now.toISOString() }));
      await requestFills({ store: stores.of(library), messages }, order(id), chunk, patronIds.map(patronId));
    },

    /** Delivers each request in a message of its own. */
    async deliver(requests: readonly FillRequest[]) {
      const { batchItemFailures } = await handle({ Records: requests.map((it, i) => delivery(body(it), i)) });
      return batchItemFailures.map((it) => requests[Number(it.itemIdentifier.slice(1))]?.patronId);
    },

    async sweep(runIsFinal = true, secondsLater = 60) {
      const [open] = await openWork();
      if (open === undefined) throw new Error("nothing is open");
      now = new Date(now.getTime() + secondsLater * 1000);
      return await sweepFills({ store: stores.of(library), messages }, open, runIsFinal, now);
    },

    titlesIn: async (id: string) =>
      (await loadQueue(stores.of(library), patronId(id), medium)).entries.map((it) => it.titleId),
    counts: async (id = "batch") => await fillCounts(stores.of(library), batchUpdateId(id)),

    /** What tells of a retry, as anybody's write: each of its own, for entries are written if absent. */
    audited: async (fills: number): Promise<Write> => ({ put: { ...toldKey(told++), fills }, if: ifAbsent }),
    lastTold: async () => await stores.across.get(toldKey(told - 1)),
  };

  function toldKey(n: number) {
    return { pk: `LIB#${library}#TOLD`, sk: String(n) };
  }
}
