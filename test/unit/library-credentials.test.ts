import { beforeEach, describe, expect, test } from "vitest";
import { type LibraryId, libraryIdSchema } from "#domain/ids";
import { type Credentials, libraryCredentials, mostLibraries } from "#records/store/library-credentials";

const piedmont = libraryIdSchema.parse("piedmont");
const minute = 60_000;

let now: number;
let assumed: LibraryId[];
let assume: (library: LibraryId) => Promise<Credentials>;
let of: ReturnType<typeof libraryCredentials>;

beforeEach(() => {
  now = 0;
  assumed = [];
  assume = async (library) => {
    assumed.push(library);
    const accessKeyId = `${library} ${assumed.length}`;
    return { accessKeyId, secretAccessKey: "secret", expiration: new Date(now + 60 * minute) };
  };
  of = libraryCredentials(
    (library) => assume(library),
    () => now,
  );
});

describe("credentials of a library", () => {
  test("are asked for once by all who want them at once, and kept", async () => {
    const all = await Promise.all([of(piedmont), of(piedmont), of(piedmont)]);
    now += 49 * minute;
    expect([...all, await of(piedmont)].map(({ accessKeyId }) => accessKeyId)).toEqual(Array(4).fill("piedmont 1"));
  });

  test("are others for another library", async () => {
    const other = await of(libraryIdSchema.parse("lakeshore"));
    expect([(await of(piedmont)).accessKeyId, other.accessKeyId]).toEqual(["piedmont 2", "lakeshore 1"]);
  });

  test("are renewed before the SDK would ask, five minutes before their end", async () => {
    await of(piedmont);
    now += 54 * minute;
    // Nobody waits for them: those there are good.
    const never = Promise.withResolvers<Credentials>();
    const answers = assume;
    assume = async () => await never.promise;
    expect((await of(piedmont)).accessKeyId).toBe("piedmont 1");
    never.resolve(await answers(piedmont));
    await expect.poll(async () => (await of(piedmont)).accessKeyId).toBe("piedmont 2");
  });

  test("that cannot be renewed are used until their end, and asked for again each time", async () => {
    await of(piedmont);
    const answers = assume;
    assume = async () => Promise.reject(new Error("STS is away"));
    now += 59 * minute;
    expect((await of(piedmont)).accessKeyId).toBe("piedmont 1");
    now += minute;
    await expect(of(piedmont)).rejects.toThrow("STS is away");
    assume = answers;
    expect((await of(piedmont)).accessKeyId).toBe("piedmont 2");
  });

  test("that could not be had are asked for anew", async () => {
    const answers = assume;
    assume = async () => Promise.reject(new Error("STS is away"));
    await expect(of(piedmont)).rejects.toThrow("STS is away");
    assume = answers;
    expect((await of(piedmont)).accessKeyId).toBe("piedmont 1");
  });

  test("of more libraries than are kept are asked for again", async () => {
    await of(piedmont);
    for (let n = 0; n < mostLibraries; n++) await of(libraryIdSchema.parse(`library-${n}`));
    await of(piedmont);
    expect(assumed.filter((library) => library === piedmont)).toHaveLength(2);
  });
});
