import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvMark, csvText } from "#domain/csv";
import { withoutGuard } from "#domain/formula-guard";
import { IdListRefused, readIdList } from "#domain/query/id-list";
import { listedIdsSchema } from "#domain/query/listed-ids";

async function read(file: string | Uint8Array, piece = 3): Promise<string[]> {
  const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
  async function* pieces() {
    for (let i = 0; i < bytes.length; i += piece) yield bytes.subarray(i, i + piece);
  }
  const ids: string[] = [];
  for await (const id of readIdList(pieces())) ids.push(id);
  return ids;
}

describe("a file of ids", () => {
  it.each([
    ["LF", "A1\nA2\nA3\n"],
    ["no line end after the last", "A1\nA2\nA3"],
    ["CRLF", "A1\r\nA2\r\nA3\r\n"],
    ["CR", "A1\rA2\rA3\r"],
    ["a byte order mark", "\uFEFFA1\nA2\nA3\n"],
    ["blank lines", "\n\nA1\n\n  \nA2\n\n\nA3\n\n"],
    ["spaces around", "  A1\nA2  \n \u00A0A3 \n"],
    ["quotation marks", '"A1"\n "A2" \n"A3"\n'],
    ["a header", "patronId\nA1\nA2\nA3\n"],
    ["a header behind a mark and in quotation marks", '\uFEFF"patronId"\r\nA1\r\nA2\r\nA3'],
  ])("is read with %s", async (_, file) => {
    for (const piece of [1, 3, 1000]) expect(await read(file, piece)).toEqual(["A1", "A2", "A3"]);
  });

  it("is read with line ends in any mixture and empty columns beside it", async () => {
    for (const piece of [1, 3, 1000])
      expect(await read('patronId,,\r\nA1\n"A2",\rA3,,,', piece)).toEqual(["A1", "A2", "A3"]);
  });

  it("finds ids again that were exported with an apostrophe before them", async () => {
    const ids = ["-5", "=A1", "+1", "@x", "'t", "A1"];
    expect(await read(csvMark + csvText([["patronId"], ...ids.map((id) => [id])]))).toEqual(ids);
    expect(listedIdsSchema.parse(["'-5", " A1 ", "'x"])).toEqual(["-5", " A1 ", "'x"]);
  });

  it("keeps its order and its duplicates, and a header only stands first", async () => {
    expect(await read("B\nA\nB\npatronId\n")).toEqual(["B", "A", "B", "patronId"]);
  });

  it("takes any text as an id", async () => {
    const ids = ["*", "\\", "' OR 1=1", "é😀", "\u202Eabc", 'a"b', "שלום", "x".repeat(64)];
    expect(await read(ids.map((id) => `"${id.replaceAll('"', '""')}"`).join("\n"))).toEqual(ids);
  });

  it("gives back every list that is written down", async () => {
    const id = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
      .filter((text) => text.trim() === text && !/[\0\r\n]/.test(text))
      // One that looks guarded loses its guard, as the tests of it say.
      .filter((text) => withoutGuard(text) === text);
    await fc.assert(
      fc.asyncProperty(
        fc.array(id, { minLength: 1 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.integer({ min: 1, max: 50 }),
        async (ids, end, piece) => {
          const file = ["patronId", ...ids.map((it) => `"${it.replaceAll('"', '""')}"`)].join(end);
          expect(await read(file, piece)).toEqual(ids);
        },
      ),
    );
  });

  it.each([
    ["two columns", "A1,Ames\nA2,Bell\n", /^Line 1 has 2 columns/],
    ["two columns further down", "A1\nA2;x\n", /^Line 2 has 2 columns/],
    ["two columns by tab", "A1\tx\n", /^Line 1 has 2 columns/],
    ["nothing in it", "", /has no patron IDs/],
    ["a header alone", "patronId\n\n", /has no patron IDs/],
    ["an open quotation mark", '"A1\nA2\n', /quotation mark/],
    ["a quoted line break", '"A1\nA2"\n', /quotation mark/],
    ["an id that is too long", `A1\n${"x".repeat(65)}\n`, /line 2 .* at most 64 characters/],
    ["no line ends for long", "x".repeat(100_000), /far too long/],
    ["NUL in it", "A\0B\n", /NUL/],
  ])("with %s is refused with a sentence that says why", async (_, file, sentence) => {
    const failure = await read(file).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(IdListRefused);
    expect(String(failure)).toMatch(new RegExp(sentence.source.replace("^", "^IdListRefused: ")));
  });

  it("that is not UTF-8 is refused", async () => {
    const utf16 = Uint8Array.from([0xff, 0xfe, 0x41, 0x00, 0x0a, 0x00]);
    await expect(read(utf16)).rejects.toThrow(/not UTF-8/);
    await expect(read(Uint8Array.from([0x41, 0xe9, 0x0a]))).rejects.toThrow(/not UTF-8/);
  });

  it("hands on the failure of its source", async () => {
    async function* failing() {
      yield new TextEncoder().encode("A1\n");
      throw new RangeError("the connection was lost");
    }
    const reading = async () => {
      for await (const _ of readIdList(failing()));
    };
    await expect(reading()).rejects.toThrow("the connection was lost");
  });
});
