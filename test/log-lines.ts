import { vi } from "vitest";
import { z } from "zod";

const lineSchema = z.looseObject({ level: z.string(), message: z.string() });
export type LogLine = z.infer<typeof lineSchema>;

/** What functions log while the work goes on, line by line, and all of it as it was written, metrics too. */
export async function logOf(work: () => Promise<unknown>): Promise<{ lines: LogLine[]; text: string }> {
  let text = "";
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      text += String(chunk);
      return true;
    }),
  );
  try {
    await work();
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
  const lines = text.split("\n").filter((line) => line.startsWith("{") && !line.includes('"_aws"'));
  return { lines: lines.map((line) => lineSchema.parse(JSON.parse(line))), text };
}
