import { afterAll, beforeAll, expect, test } from "vitest";
import { type FaultLayer, startFaultLayer } from "#test/faults/layer";
import { jobs } from "#test/job";
import { type KillPoint, KillPoints } from "../chaos/kill-points.ts";
import { runRound, type Work } from "../chaos/round.ts";
import { type Survivor, startSurvivor } from "../chaos/survivor.ts";
import { type Crowd, crowd } from "./batch-update-bed.ts";

let faults: FaultLayer;
let survivor: Survivor;
let who: Crowd;

beforeAll(async () => {
  faults = await startFaultLayer();
  survivor = await startSurvivor(faults);
  const job = jobs(await survivor.running());
  const titles = ["KILL1", "KILL2"].map((titleId) => ({ titleId, medium: "DB", title: titleId, author: "Writer" }));
  await job.importLines("titles", titles);
  who = await crowd(job, 600, "K", { reserves: titles.map(({ titleId }) => titleId) });
});
afterAll(async () => {
  await survivor?.remove();
  await faults?.close();
});

/** Runs a job through kills, each of which it must have come to. */
async function killed(points: readonly KillPoint[], key: string, work: Work) {
  const kills = new KillPoints(points, (everything) => survivor.kill(everything));
  const round = await faults.during(kills.rule, () => runRound(survivor, who, key, work));
  expect(kills.missed).toBe(0);
  return round;
}

test("killed while planning, reporting and filling, and its undo while writing: each patron once, no entry doubled, the report whole", async () => {
  const update = await killed(
    [
      { step: "plan", request: 9, when: "AFTER", what: "EVERYTHING" },
      { step: "report", request: 8, when: "AFTER", what: "PRODUCT" },
      { step: "fill", request: 12, when: "AFTER", what: "PRODUCT" },
    ],
    "update",
    { cutoff: 7 },
  );
  expect(update.wrong).toEqual([]);
  const undo = await killed([{ step: "apply", request: 20, when: "AFTER", what: "EVERYTHING" }], "undo", {
    undo: update.batchUpdateId,
  });
  expect(undo.wrong).toEqual([]);
}, 600_000);
