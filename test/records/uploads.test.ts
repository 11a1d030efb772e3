import { afterAll, beforeAll, expect, test } from "vitest";
import { takeUpload } from "#records/store/uploads";
import { startRealStore } from "./real-store.ts";

let store: Awaited<ReturnType<typeof startRealStore>>;
beforeAll(async () => {
  store = await startRealStore();
});
afterAll(async () => await store.close());

const from = "piedmont/imports/1/upload";

test("A file is taken as it is now, and what is sent by its link afterwards changes nothing", async () => {
  expect(await takeUpload(store, from, `${from}-1`)).toBe("ABSENT");
  await store.objects.putText(from, "first");
  expect(await takeUpload(store, from, `${from}-1`)).toBe("TAKEN");
  await store.objects.putText(from, "second");
  expect(await store.objects.getText(`${from}-1`)).toBe("first");
});

test("A file that is replaced at the moment it is taken is measured again", async () => {
  await store.objects.putText(from, "small");
  const { objects } = store;
  let looks = 0;
  const replacing = {
    ...objects,
    async describe(key: string) {
      const found = await objects.describe(key);
      if (looks++ === 0) await objects.putText(from, "much larger");
      return found;
    },
  };
  expect(await takeUpload({ objects: replacing }, from, `${from}-2`, 8)).toBe("TOO_LARGE");
  expect(looks).toBe(2);
  expect(await objects.getText(`${from}-2`)).toBeUndefined();
});

test("A file that is larger than may be is removed; one that is just as large is taken", async () => {
  await store.objects.putText(from, "12345678");
  expect(await takeUpload(store, from, `${from}-3`, 8)).toBe("TAKEN");
  const lone = "piedmont/imports/2/upload";
  await store.objects.putText(lone, "12345678");
  expect(await takeUpload(store, lone, `${from}-4`, 7)).toBe("TOO_LARGE");
  expect(await takeUpload(store, lone, `${from}-4`, 7)).toBe("ABSENT");
  expect(await store.objects.getText(`${from}-4`)).toBeUndefined();
});
