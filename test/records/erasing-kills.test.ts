import { afterAll, beforeAll, expect, test } from "vitest";
import { applied, erase, objectsOf, planPage } from "./erasing-bed.ts";
import { type Bed, startBatchUpdateBed } from "./troubled-bed.ts";

let bed: Bed;

beforeAll(async () => {
  bed = await startBatchUpdateBed();
});
afterAll(async () => await bed?.close());

test("A patron is gone wherever erasing breaks off and is done again, and each object is whole", async () => {
  const it = await applied(bed);
  const { objects } = it.store;
  const was = await objectsOf(it);
  await planPage(it);
  await erase(it);
  const left = await objectsOf(it);
  // What has arrived when it breaks off before its next request is what has arrived when it breaks off after this one.
  let how = "DIED";
  for (let diesAfter = 0; how === "DIED"; diesAfter++) {
    for (const [key, text] of was) if (left.get(key) !== text) await objects.putText(key, text);
    how = await it.open.inTrouble(() => erase(it), { diesAfter, lastArrives: true });
    await erase(it);
    expect(await objectsOf(it)).toEqual(left);
    expect(await planPage(it)).not.toHaveProperty("lastName");
  }
});
