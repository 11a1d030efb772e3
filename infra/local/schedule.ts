import { z } from "zod";
import type { Cloud } from "./cloud.ts";
import type { Invoke } from "./lambda/invocation.ts";

const propertiesSchema = z.looseObject({
  ScheduleExpression: z.string(),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Target: z.looseObject({ Arn: z.string(), Input: z.string() }),
});

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Milliseconds of a `rate(...)` expression. @throws for any other expression. */
export function rateOf(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const length = units[unit ?? ""];
  if (length === undefined) throw new Error(`The schedule ${expression} is not known on this machine, only rates are.`);
  return Number(count) * length;
}

export interface Schedules {
  /** Runs each schedule's target now: after a crash nothing should wait for the next minute. */
  runAll(): Promise<void>;
  close(): void;
}

/** Calls the targets of the template's schedules at their rates. A run that is still going on is not doubled. */
export function startSchedules({ cloud, invoke }: { cloud: Cloud; invoke: Invoke }): Schedules {
  const jobs = cloud.ofType("AWS::Scheduler::Schedule").flatMap(({ properties }) => {
    const { ScheduleExpression, State, Target } = propertiesSchema.parse(properties);
    if (State === "DISABLED") return [];
    const input: unknown = JSON.parse(Target.Input);
    let running: Promise<void> | undefined;
    const runOnce = (): Promise<void> => {
      running ??= invoke(Target.Arn, input).then(() => {
        running = undefined;
      });
      return running;
    };
    return [{ every: rateOf(ScheduleExpression), runOnce }];
  });
  const timers = jobs.map(({ every, runOnce }) => setInterval(() => void runOnce(), every));
  return {
    runAll: async () => {
      await Promise.all(jobs.map(({ runOnce }) => runOnce()));
    },
    close: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
