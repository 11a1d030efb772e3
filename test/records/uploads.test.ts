import { afterAll, beforeAll, expect, test } from "vitest";
import { takeUpload } from "#records/store/uploads";
import { libraryId } from "#test/ids";
import { startRealStores } from "./real-store.ts";

let stores: Awaited<ReturnType<typeof startRealStores>>;
beforeAll(async () => {
  stores = await startRealStores();
});
afterAll(async () => await stores.close());

const library = libraryId("piedmont");
const from = "piedmont/imports/1/upload";

test("A file is taken as it is now, and what is sent by its link afterwards changes nothing", async () => {
  expect(await takeUpload(stores.of(library), from, `${from}-1`)).toBe("ABSENT");
  await stores.of(library).objects.putText(from, "first");
  expect(await takeUpload(stores.of(library), from, `${from}-1`)).toBe("TAKEN");
  await stores.of(library).objects.putText(from, "second");
  expect(await stores.of(library).objects.getText(`${from}-1`)).toBe("first");
});

test("A file that is replaced at the moment it is taken is measured again", async () => {
  await stores.of(library).objects.putText(from, "small");
  const { objects } = stores.of(library);
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
  await stores.of(library).objects.putText(from, "12345678");
  expect(await takeUpload(stores.of(library), from, `${from}-3`, 8)).toBe("TAKEN");
  const lone = "piedmont/imports/2/upload";
  await stores.of(library).objects.putText(lone, "12345678");
  expect(await takeUpload(stores.of(library), lone, `${from}-4`, 7)).toBe("TOO_LARGE");
  expect(await takeUpload(stores.of(library), lone, `${from}-4`, 7)).toBe("ABSENT");
  expect(await stores.of(library).objects.getText(`${from}-4`)).toBeUndefined();
});
