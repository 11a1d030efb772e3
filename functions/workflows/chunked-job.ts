import type { Context } from "aws-lambda";
import { z } from "zod";
import { type LibraryId, libraryIdSchema } from "#domain/ids";
import { withoutValues } from "#platform/cause";
import { logger } from "#platform/logger";
import { middyStack } from "#platform/middy-stack";
import { count } from "#platform/thread";
import type { SplitAnswer } from "./chunk-list.ts";
import type { Job } from "./job.ts";
import type { Scratch } from "./scratch.ts";

/** One chunk of a job, with what its line in the list says besides. */
export type Chunk<Line extends z.ZodRawShape = Record<never, z.ZodType>> = Job & { readonly chunk: number } & z.infer<
    z.ZodObject<Line>
  >;

/** A long job: split into chunks, each worked on by a call of its own, closed by one that reconciles and seals. */
export interface ChunkedJob<Within, Line extends z.ZodRawShape> {
  /** What it does, in a word or two, for the log. */
  readonly says: string;
  /** What a line of the list of chunks says beside its number. */
  readonly line: Line;
  readonly scratch: Scratch;
  /** What it works with in the library of a job: nothing else reaches it. */
  within(library: LibraryId): Within;
  split(within: Within, job: Job): Promise<SplitAnswer>;
  /** May be called again for a chunk that is done, and for one of a job that has ended: then it leaves nothing. */
  work(within: Within, chunk: Chunk<Line>): Promise<void>;
  /**
   * May be called again at any time, by anyone.
   *
   * @param broken the name of the error by which the workflow ended, where it did
   */
  close(within: Within, job: Job, broken: string | undefined): Promise<void>;
}

const jobShape = { library: libraryIdSchema, job: z.string() };
/** What the workflow was started with: the same for each of its calls. */
const startShape = { attempt: z.int().optional(), requestId: z.string().optional() };
const startedShape = { started: z.object(startShape).prefault({}) };

/** What Step Functions says of the error that a state ended by. Its `Cause` is left alone: it may quote values. */
const brokenSchema = z.object({ Error: z.string() });

function brokenBy(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return brokenSchema.safeParse(error).data?.Error ?? "Unknown";
}

type Start = z.infer<z.ZodObject<typeof startShape>>;

function startOf(it: ({ readonly task: "chunk" } & Start) | { readonly task: string; readonly started: Start }): Start {
  const { attempt, requestId } = "started" in it ? it.started : it;
  return { attempt, requestId };
}

/** The handler of a chunked job's functions. Which of the three steps is asked for stands in the event. */
export function chunkedJob<Within, const Line extends z.ZodRawShape>(it: ChunkedJob<Within, Line>) {
  const { says, line, scratch, within, split, work, close } = it;
  const chunkSchema = z.object({ ...jobShape, chunk: z.int().min(0), ...line });
  const event = z.discriminatedUnion("task", [
    z.object({ task: z.literal("split"), ...jobShape, ...startedShape, execution: z.string().optional() }),
    z.object({ task: z.literal("close"), ...jobShape, ...startedShape, error: z.unknown().optional() }),
    z.looseObject({ task: z.literal("chunk"), ...jobShape, ...startShape, chunk: z.int().min(0) }),
  ]);
  const stack = middyStack({
    says,
    event,
    keys: (it) => ({
      library: it.library,
      job: it.job,
      task: it.task,
      ...(it.task === "chunk" && { chunk: it.chunk }),
      ...startOf(it),
    }),
    timed: (it) => it.task,
    handle: async (it): Promise<Record<string, unknown>> => {
      const job = { library: it.library, job: it.job, ...startOf(it) };
      const mine = within(it.library);
      if (it.task === "split") {
        await scratch.open(job);
        const answer = await split(mine, { ...job, execution: it.execution });
        count({ chunks: answer.chunks + (answer.first === undefined ? 0 : 1) });
        return { ...answer };
      }
      // Safe: TypeScript does not see that a schema made of this shape gives what the shape says.
      if (it.task === "chunk") await work(mine, chunkSchema.parse(it) as Chunk<Line>);
      else {
        const broken = brokenBy(it.error);
        if (broken !== undefined) logger.error(`${says} broke off`, { error: broken });
        await close(mine, job, broken);
        await scratch.clear(job);
      }
      return {};
    },
  });
  return async (it: unknown, context?: Context) => {
    try {
      return await stack(it, context);
    } catch (error) {
      // Step Functions keeps what it says in histories and in records of failures.
      throw withoutValues(error);
    }
  };
}
