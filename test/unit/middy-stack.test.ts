import { describe, expect, test } from "vitest";
import { z } from "zod";
import { logger } from "#platform/logger";
import { middyStack } from "#platform/middy-stack";
import { count } from "#platform/thread";
import { logOf } from "#test/log-lines";
import { chunkedJob } from "#workflows/chunked-job";

const event = z.object({ library: z.string() });
const keys = ({ library }: z.infer<typeof event>) => ({ library });
const stack = (handle: (it: z.infer<typeof event>) => Promise<unknown>) =>
  middyStack({ says: "Trying", event, keys, handle });

describe("A call of a function", () => {
  test("is one line with its milliseconds, and every line of it names what it works for", async () => {
    const handler = stack(async () => {
      logger.warn("On the way");
      count({ patronsPlanned: 3 });
      return "done";
    });
    const { lines } = await logOf(async () => expect(await handler({ library: "piedmont" })).toBe("done"));
    expect(lines).toMatchObject([
      { level: "WARN", message: "On the way", library: "piedmont" },
      { level: "INFO", message: "Trying", library: "piedmont", patronsPlanned: 3, milliseconds: expect.any(Number) },
    ]);
  });

  test("leaves nothing to the lines of the next", async () => {
    const handler = stack(async () => count({ patronsPlanned: 3 }));
    const other = middyStack({ says: "Another", event: z.unknown(), keys: () => ({}), handle: async () => undefined });
    const { lines } = await logOf(async () => {
      await handler({ library: "piedmont" });
      await other({});
    });
    expect(lines[1]).toMatchObject({ message: "Another" });
    expect(lines[1]).not.toHaveProperty("library");
    expect(lines[1]).not.toHaveProperty("patronsPlanned");
  });

  test("that fails says so once, by the error's name and place, and throws it on", async () => {
    const trouble = Object.assign(new TypeError("Alder is no number"), { cause: new Error("Chunk 3 is not whole") });
    const handler = stack(async () => {
      throw trouble;
    });
    const { lines, text } = await logOf(async () => {
      await expect(handler({ library: "piedmont" })).rejects.toBe(trouble);
    });
    expect(lines).toMatchObject([
      { level: "ERROR", message: "Trying failed", library: "piedmont", error: "TypeError" },
      { level: "INFO", message: "Trying", error: "TypeError" },
    ]);
    expect(text).toContain("middy-stack.test.ts");
    expect(text).toContain("Chunk 3 is not whole");
    // Messages of errors that are not ours may quote a patron.
    expect(text).not.toContain("Alder");
  });

  test("with an event that cannot be read is told by the same lines", async () => {
    const handler = stack(async () => "never");
    const { lines } = await logOf(async () => {
      await expect(handler({ library: 7 })).rejects.toThrow(z.ZodError);
    });
    expect(lines).toMatchObject([
      { level: "ERROR", error: "ZodError" },
      { level: "INFO", error: "ZodError" },
    ]);
  });
});

describe("A chunked job", () => {
  const asked: unknown[] = [];
  const handler = chunkedJob({
    says: "Counting",
    line: { from: z.int() },
    scratch: {
      open: async (it) => void asked.push({ ...it, scratch: "opened" }),
      clear: async (it) => void asked.push({ ...it, scratch: "cleared" }),
    },
    within: (library) => library,
    split: async (_, job) => ({ ...job, bucket: "objects", key: "list", chunks: 2 }),
    work: async (within, chunk) => void asked.push({ ...chunk, within }),
    close: async (within, job, broken) => void asked.push({ ...job, broken, within }),
  });
  const job = { library: "piedmont", job: "1" };

  test("takes each of its steps, and a chunk knows what the list says of it", async () => {
    const { lines } = await logOf(async () => {
      expect(await handler({ task: "split", ...job })).toEqual({ ...job, bucket: "objects", key: "list", chunks: 2 });
      expect(await handler({ task: "chunk", ...job, chunk: 1, from: 500 })).toEqual({});
      expect(await handler({ task: "close", ...job })).toEqual({});
    });
    expect(asked).toMatchObject([
      { ...job, scratch: "opened" },
      { ...job, chunk: 1, from: 500 },
      { ...job, broken: undefined },
      { ...job, scratch: "cleared" },
    ]);
    expect(lines).toMatchObject([{ task: "split", ...job }, { task: "chunk", chunk: 1 }, { task: "close" }]);
  });

  test("that broke off is told by the error's name, to the log and to its closing, without what the error quotes", async () => {
    const error = { Error: "AccessDeniedException", Cause: '{"errorMessage":"Alder"}' };
    const { lines, text } = await logOf(async () => await handler({ task: "close", ...job, error }));
    expect(asked.at(-2)).toMatchObject({ ...job, broken: "AccessDeniedException" });
    expect(lines[0]).toMatchObject({ level: "ERROR", ...job, task: "close", error: "AccessDeniedException" });
    expect(text).not.toContain("Alder");
  });

  test("refuses a chunk that lacks what the list should say of it", async () => {
    await logOf(async () => {
      await expect(handler({ task: "chunk", ...job, chunk: 1 })).rejects.toMatchObject({ name: "ZodError" });
    });
  });
});
