import type { DistributedMapState } from "./definition.ts";
import type { Data } from "./path.ts";
import type { ReadObject } from "./scope.ts";
import { StatesError } from "./states-error.ts";

/**
 * The items of a distributed Map, one for each line of the JSONL object its ItemReader names, read as a stream.
 *
 * @throws StatesError `States.ItemReaderFailed` where the object cannot be read or a line of it is not JSON.
 */
export async function* readItems(
  state: DistributedMapState,
  data: Data,
  readObject: ReadObject,
): AsyncGenerator<unknown> {
  const { Parameters, ReaderConfig } = state.ItemReader;
  const { bucket, key } = readPlace(Parameters(data));
  let count = 0;
  try {
    for await (const line of readLines(await readObject(bucket, key))) {
      if (line.trim() === "") continue;
      if (count === ReaderConfig.MaxItems) return;
      count += 1;
      yield JSON.parse(line);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StatesError("States.ItemReaderFailed", `s3://${bucket}/${key}, after ${count} items: ${reason}`);
  }
}

function readPlace(parameters: unknown): { bucket: string; key: string } {
  const { Bucket, Key }: Record<string, unknown> = Object(parameters);
  if (typeof Bucket !== "string" || typeof Key !== "string") {
    throw new StatesError("States.ItemReaderFailed", "The ItemReader's Bucket and Key have to be text.");
  }
  return { bucket: Bucket, key: Key };
}

async function* readLines(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let rest = "";
  for await (const chunk of stream) {
    rest += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest + decoder.decode();
}
