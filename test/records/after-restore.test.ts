import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { longestMaking } from "#domain/retention";
import { shutLibraries } from "#infra/prepare-restored-table";
import { newId } from "#platform/identifiers";
import { logger } from "#platform/logger";
import { keepErased } from "#records/erasures/erasure-objects";
import { beginErasure, requireErasure } from "#records/erasures/erasures";
import { listLibraries, loadTenant } from "#records/library/tenants";
import { jobKey } from "#records/store/keys";
import { closeWork, openWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";
import { supportLibraryRoutes } from "../../functions/api/routes/support-libraries.ts";
import { openLibrary } from "./batch-update-bed.ts";
import { applied, erasingIn, gone, marked, objectsOf, patrons } from "./erasing-bed.ts";
import { expire } from "./expiring.ts";
import { audit } from "./import-bed.ts";
import { callRoute } from "./route-call.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

/** The table was put back to an earlier moment: what becomes of erasures, and of libraries until these are done again. */
let bed: Bed;
beforeAll(async () => {
  bed = await startBatchUpdateBed();
});
afterAll(async () => await bed?.close());

/** The table is put back to a moment before an erasure was asked for, and the erasure is done again. */
async function eraseAgain(store: Store, erasureId: string): Promise<void> {
  const { patronId, reason, createdBy, createdAt } = await requireErasure(store, erasureId);
  await store.table.write({ delete: jobKey(store, "erasure", erasureId) });
  const it = { erasureId, patronId, reason, createdBy, createdAt, repeated: true } as const;
  expect(await beginErasure(store, it, { ...audit, action: "erase again" })).toEqual({ done: true });
}

test.each(["before it was asked for", "between two of its walks"] as const)(
  "An erasure whose table was put back to a moment %s looks for itself, whatever the bucket holds of later walks",
  async (moment) => {
    const made = await applied(bed);
    const { open, job, store } = made;
    const clock = { now: new Date() };
    const erasing = erasingIn(bed, clock);
    const was = await objectsOf(made);
    /** Who was at work writes once more what it had read before. */
    const writeAgain = async () => {
      for (const [key, text] of was) await store.objects.putText(key, text);
    };
    const atWork = { library: open.library, id: job, workflow: "apply", attempt: 2 } as const;
    const late = { ...atWork, openedAt: clock.now.toISOString() };
    await store.table.write(openWork(late));
    const erasure = await erasing.begin(gone, open.library);
    const key = jobKey(store, "erasure", erasure);
    expect(await erasing.walk(erasure, open.library)).toMatchObject({ pass: 2, again: [`batch-updates/${job}`] });
    const between = await store.table.get(key);
    await store.table.write(closeWork(late));
    await writeAgain();
    expect(await erasing.walk(erasure, open.library)).toMatchObject({ stage: "CLEARING", pass: 2 });
    expect(marked(await objectsOf(made))).toEqual([]);

    if (moment === "before it was asked for") await eraseAgain(store, erasure);
    else await store.table.write({ put: { ...between, ...key } });
    await writeAgain();
    expect(await erasing.walk(erasure, open.library)).toMatchObject({ stage: "CLEARING" });
    expect(marked(await objectsOf(made))).toEqual([]);
  },
);

/** Support lets a library in: whether it may be, and what it is told. */
async function letIn({ library }: Store): Promise<string> {
  const asked = {
    library,
    role: "support",
    params: { library },
    body: { suspended: false },
  } as const;
  const patch = ["PATCH", "/v1/support/libraries/:library"] as const;
  try {
    return String((await callRoute(supportLibraryRoutes, patch, asked, { stores: bed.stores })).status);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

describe("Before nothing of the erased is in the table", () => {
  test("a library is not let in, be its erasures unknown, done again, or begun before and not come to it yet", async () => {
    const open = await openLibrary(bed, patrons);
    const store = bed.stores.of(open.library);
    const clock = { now: new Date() };
    const erasing = erasingIn(bed, clock);
    const erasure = await erasing.begin(gone, open.library);
    expect(await letIn(store)).toContain("1 of the library's erasures is still under way");
    expect(await erasing.walk(erasure, open.library)).toMatchObject({ stage: "CLEARING" });
    expect(await letIn(store)).toBe("200");
    await eraseAgain(store, erasure);
    await erasing.walk(erasure, open.library);
    expect(await letIn(store)).toContain("1 of the library's erasures is still under way");
    await erasing.end(erasure, open.library);
    expect(await letIn(store)).toBe("200");
    await store.table.write({ delete: jobKey(store, "erasure", erasure) });
    expect(await letIn(store)).toContain("does not know 1 of the library's erasures");
  });

  test("it is told each hour, until they are done again", async () => {
    const open = await openLibrary(bed, patrons);
    const store = bed.stores.of(open.library);
    const kept = {
      erasureId: newId(new Date()),
      patronId: gone,
      reason: "by letter",
      createdBy: "a",
      createdAt: "2026",
    };
    await keepErased(store, kept);
    const errors = vi.spyOn(logger, "error");
    const summaries = vi.spyOn(logger, "info");
    /** Whether it rings: it counts what the alarm stands on, and says of which library. */
    const rings = async () => {
      errors.mockClear();
      summaries.mockClear();
      await expire(bed, new Date());
      const said = JSON.stringify(errors.mock.calls);
      const subjects = Array.from(said.matchAll(/libraries\/[^/]+\/erasures/g), ([subject]) => subject);
      expect(summaries.mock.calls.find(([says]) => says === "Expiring")?.[1]).toMatchObject({
        expiryErrors: subjects.length,
      });
      return subjects.includes(`libraries/${open.library}/erasures`);
    };
    try {
      expect([await rings(), await rings()]).toEqual([true, true]);
      const again = { ...kept, repeated: true } as const;
      await beginErasure(store, again, { ...audit, action: "erase again" });
      expect(await rings()).toBe(false);
    } finally {
      errors.mockRestore();
      summaries.mockRestore();
    }
  });
});

describe("A library that is shut out", () => {
  /** A library in which an erasure has to come to its end, and objects of a job that the table does not know. */
  async function shut(again: boolean) {
    const open = await openLibrary(bed, patrons);
    const store = bed.stores.of(open.library);
    await shutLibraries(bed.stores.across, new Date());
    const lost = `${open.library}/batch-updates/${newId(new Date())}/plan/lines/000000.jsonl`;
    await store.objects.putText(lost, `{"patronId":"${gone}","lastName":"Last ${gone}"}`);
    const erasing = erasingIn(bed, { now: new Date() });
    const erasure = await erasing.begin(gone, open.library);
    if (again) await eraseAgain(store, erasure);
    await erasing.walk(erasure, open.library);
    const later = new Date(Date.now() + longestMaking);
    const expired = async () => {
      await expire(bed, later);
      return [(await requireErasure(store, erasure)).stage, await store.objects.has(lost)];
    };
    return { store, expired };
  }

  test("keeps what the table does not know until it is let in, though an erasure from before waits for that", async () => {
    const { store, expired } = await shut(false);
    expect(await expired()).toEqual(["CLEARING", true]);
    expect(await letIn(store)).toBe("200");
    expect(await expired()).toEqual(["COMPLETED", false]);
  });

  test("keeps nothing when support does erasures again", async () => {
    const { expired } = await shut(true);
    expect(await expired()).toEqual(["COMPLETED", false]);
  });

  test("is so before anything works on the table, as Keystone's audit tells", async () => {
    const { across } = bed.stores;
    const { store } = await shut(false);
    expect(await letIn(store)).toBe("200");
    const now = new Date();
    expect(await shutLibraries(across, now)).toEqual(await listLibraries(across));
    expect(await loadTenant(across, store.library)).toMatchObject({ suspended: true });
    const told: unknown[] = [];
    for await (const { at, subject, action } of across.queryAll({ pk: "KEYSTONE#AUDIT" })) {
      if (at === now.toISOString() && action === "LIBRARY_SUSPENDED") told.push(subject);
    }
    expect(told).toContain(`libraries/${store.library}`);
  });
});
