import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { logged } from "#platform/cause";
import { type Counts, latencyNames, metricNames, type Timed } from "#platform/counts";
import { logOf } from "#test/log-lines";

vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
vi.stubEnv("STAGE", "production");
vi.stubEnv("DEPLOYABLE", "apply");
vi.resetModules();
const { publish } = await import("#platform/metrics");
const { middyStack } = await import("#platform/middy-stack");
const { count } = await import("#platform/thread");
const { logger } = await import("#platform/logger");

beforeAll(() => void vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false"));
afterAll(() => void vi.unstubAllEnvs());

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const emf = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.tuple([
      z.object({
        Namespace: z.literal("BatchUpdates"),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string() })),
      }),
    ]),
  }),
});

async function published(work: () => Promise<unknown>) {
  const { text } = await logOf(work);
  const lines = text.split("\n").filter((line) => line.includes('"_aws"'));
  return lines.map((line) => emf.parse(JSON.parse(line)));
}

const numbers = Object.fromEntries(
  [...Object.keys(metricNames), "scratchDeleted", "again"].map((name) => [name, fc.nat()]),
);
const counted = fc.record(numbers, { requiredKeys: [] }) as fc.Arbitrary<Counts>;
const timed = fc.constantFrom<(Timed | undefined)[]>("chunk", "split", "close", "fill", "sweep", undefined);

test("a call is at most one line of metrics, told apart by stage and function alone", async () => {
  const known = new Set<string>([...Object.values(metricNames), ...Object.values(latencyNames)]);
  await fc.assert(
    fc.asyncProperty(counted, timed, fc.nat(), async (counts, kind, milliseconds) => {
      const lines = await published(async () => publish(counts, kind, milliseconds));
      const wanted = Object.entries(counts).filter(([name]) => Object.hasOwn(metricNames, name));
      expect(lines).toHaveLength(wanted.length === 0 && kind === undefined ? 0 : 1);
      for (const { _aws, ...values } of lines) {
        const [{ Dimensions, Metrics }] = _aws.CloudWatchMetrics;
        expect(Dimensions.map((set) => set.toSorted())).toEqual([["service", "stage", "workflow"]]);
        expect(values).toMatchObject({ stage: "production", workflow: "apply" });
        const names = Metrics.map(({ Name }) => Name);
        expect(names).toHaveLength(wanted.length + (kind === undefined ? 0 : 1));
        expect(names.filter((name) => !known.has(name))).toEqual([]);
        // Nothing stands on the line but dimensions and numbers.
        const others = Object.entries(values).filter(([name]) => !["service", "stage", "workflow"].includes(name));
        expect(others.map(([name]) => name).toSorted()).toEqual(names.toSorted());
        expect(others.every(([, value]) => typeof value === "number")).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

test("no line and no metric of a call holds what was read of a patron, however the call ends", async () => {
  const name = fc.stringMatching(/^[A-Z][a-z]{7,12}$/);
  await fc.assert(
    fc.asyncProperty(name, fc.boolean(), fc.boolean(), async (lastName, fails, wrapped) => {
      const work = middyStack({
        says: "Working",
        event: z.object({ library: z.string(), lastName: z.string() }),
        keys: ({ library }) => ({ library }),
        timed: () => "chunk",
        handle: async (it) => {
          count({ patronsWritten: 1 });
          const trouble = Object.assign(new TypeError(`${it.lastName} is no number`), { value: it.lastName });
          const error = wrapped ? new Error("A chunk is not whole", { cause: trouble }) : trouble;
          logger.warn("On the way", logged(error));
          if (fails) throw error;
          return {};
        },
      });
      const { text } = await logOf(async () => {
        await work({ library: "piedmont", lastName }).catch(() => undefined);
        // Also where the event itself cannot be read.
        await work({ library: 7, lastName }).catch(() => undefined);
      });
      expect(text).toContain('"ChunkMilliseconds"');
      expect(text).not.toContain(lastName);
    }),
    { numRuns: 50 },
  );
});
