import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { libraryKey } from "#records/store/keys";
import { loadOpenWork, openWork } from "#records/store/open-work";
import { libraryId } from "#test/ids";
import { logOf } from "#test/log-lines";
import { standsStill } from "#workflows/standstill";
import { createHandler } from "../../functions/sweep/handler.ts";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
let started: string[] = [];
beforeAll(async () => {
  stores = await startRealStores();
});
afterAll(async () => await stores.close());
beforeEach(() => {
  started = [];
});

/** The sweep, with a Step Functions that knows of no execution. */
const handler = (now = () => new Date()) =>
  createHandler({
    stores,
    workflows: {
      look: async ({ id }) => {
        if (id === "2-throws") throw new Error("Step Functions is away");
        if (id === "at-work") return "RUNNING";
        if (id === "waiting") return "ENDED";
        if (id === "begun") {
          await stores.across.write(applying);
          return "ENDED";
        }
        return "NOT_STARTED";
      },
      start: async ({ id }) => void started.push(id),
      startNext: async (library, workflow) => void started.push(`next ${workflow} of ${library}`),
    },
    messages: { send: async () => undefined, giveBack: async () => undefined, isQuiet: async () => true },
    now,
  });

const work = (library: string, id: string) =>
  openWork({ library: libraryId(library), id, workflow: "plan", attempt: 1, openedAt: new Date().toISOString() });

/** A reviewed plan is begun: its work stands under the key of planning. */
const applying = openWork({
  ...{ library: libraryId("ashton"), id: "begun", workflow: "apply", attempt: 1 },
  openedAt: new Date().toISOString(),
});

test("what is open and cannot be read, or fails, is told and counted, and holds up nothing else", async () => {
  await stores.across.write({ put: { pk: "OPEN", sk: "ashford#batch-update#1", workflow: "plan", attempt: "many" } });
  await stores.across.write({ put: { pk: "OPEN", sk: "nobody knows what" } });
  await stores.across.write(work("lakeshore", "2-throws"));
  await stores.across.write(work("piedmont", "3"));

  const { lines } = await logOf(async () => await handler()({ task: "sweep" }));

  expect(started).toEqual(["3"]);
  expect(lines).toMatchObject([
    { level: "ERROR", message: "Something open cannot be read", item: "ashford#batch-update#1", error: "ZodError" },
    { level: "ERROR", message: "Something open could not be swept", library: "lakeshore", job: "2-throws" },
    { level: "ERROR", message: "Something open cannot be read", item: "nobody knows what", error: "ZodError" },
    { level: "INFO", message: "Sweeping", swept: 1, sweepErrors: 1, unreadable: 2 },
  ]);
});

test("work that took the place of what the sweep looks at is left alone", async () => {
  await stores.across.write(work("ashton", "begun"));
  await handler()({ task: "sweep" });
  expect(await loadOpenWork(stores.of(libraryId("ashton")))).toMatchObject([
    { id: "begun", workflow: "apply", attempt: 1 },
  ]);
  expect(started).not.toContain("begun");
});

test("what waits for other jobs does not stand still meanwhile, and is at work only from the moment in which it goes on", async () => {
  const library = libraryId("ashmont");
  const store = stores.of(library);
  const erase = {
    library,
    id: "waiting",
    workflow: "erase",
    attempt: 1,
    openedAt: "2026-01-01T00:00:00.000Z",
  } as const;
  expect(await standsStill(store, erase, new Date())).toBe(true);
  expect(await standsStill(store, { ...erase, waits: true }, new Date())).toBe(false);

  await stores.across.write(openWork({ ...erase, waits: true }));
  const now = new Date();
  const { lines } = await logOf(async () => await handler(() => now)({ task: "sweep" }));
  expect(Number(lines.at(-1)?.["oldestOpenWorkSeconds"])).toBeLessThan(600);
  const [goesOn, ...others] = await loadOpenWork(store);
  expect([goesOn, others]).toEqual([{ ...erase, attempt: 2, openedAt: now.toISOString() }, []]);
  expect(started).toContain("waiting");
});

test("when an execution has ended, what stood in line behind it in its library begins", async () => {
  const id = "01m8bjwzrff0hmdr6phaeadyvj";
  const ended = (name: string) => ({
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    detail: { name, status: "SUCCEEDED" },
  });
  await handler()(ended(`piedmont-${id}-query`));
  await handler()(ended("by hand"));
  expect(started).toEqual(["next build-query-set of piedmont"]);
});

test("nothing is begun in a library whose time is over, and what is open of it is left to go with it", async () => {
  const library = libraryId("leaving");
  const deleteAt = new Date("2026-12-03T12:00:00.000Z");
  await stores.across.write({
    put: { ...libraryKey({ library }), library, suspended: true, deleteAt: deleteAt.toISOString() },
  });
  await stores.across.write(work(library, "last"));
  const ended = {
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    detail: { name: `${library}-01m8bjwzrff0hmdr6phaeadyvj-plan`, status: "SUCCEEDED" },
  };
  for (const event of [{ task: "sweep" }, ended]) await handler(() => deleteAt)(event);
  expect(started.filter((it) => it === "last" || it.includes(library))).toEqual([]);
  expect(await loadOpenWork(stores.of(library))).toHaveLength(1);
  // Until then what runs is brought to its end.
  for (const event of [{ task: "sweep" }, ended]) await handler(() => new Date(deleteAt.getTime() - 1))(event);
  expect(started.filter((it) => it === "last" || it.includes(library))).toEqual(["last", `next plan of ${library}`]);
});

test("a job at work of which no chunk has ended for ten minutes is told as stuck, and no longer when one has", async () => {
  const minutes = (n: number) => () => new Date(Date.now() + n * 60_000);
  await stores.across.write(work("lowell", "at-work"));
  const sweptAt = async (n: number) => (await logOf(async () => await handler(minutes(n))({ task: "sweep" }))).lines;
  const stuck = expect.objectContaining({ level: "WARN", library: "lowell", job: "at-work", workflow: "plan" });

  const young = await sweptAt(9);
  expect(young).not.toContainEqual(stuck);
  expect(young.at(-1)).toMatchObject({ message: "Sweeping", stuckRuns: 0, sweeps: 1 });

  const old = await sweptAt(11);
  expect(old).toContainEqual(stuck);
  expect(old.at(-1)).toMatchObject({ stuckRuns: 1 });
  expect(Number(old.at(-1)?.["oldestOpenWorkSeconds"])).toBeGreaterThanOrEqual(660);

  // The engine dates an object by the machine's clock, so what moves is the time at which the job was asked for.
  const longAgo = new Date(Date.now() - 3_600_000).toISOString();
  await stores.across.write(
    openWork({ library: libraryId("lowell"), id: "at-work", workflow: "plan", attempt: 1, openedAt: longAgo }),
  );
  expect((await sweptAt(0)).at(-1)).toMatchObject({ stuckRuns: 1 });
  await stores.of(libraryId("lowell")).objects.putText("lowell/batch-updates/at-work/plan/results/000000.json", "{}");
  expect((await sweptAt(0)).at(-1)).toMatchObject({ stuckRuns: 0 });
  expect((await sweptAt(11)).at(-1)).toMatchObject({ stuckRuns: 1 });
});
