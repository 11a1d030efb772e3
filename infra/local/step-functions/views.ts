import type { Execution } from "./engine.ts";

/** Dates travel as epoch seconds. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1000;
}

/** An execution as it stands in a list. */
export function listedExecution(execution: Execution): object {
  const { arn, name, machine, started, stopped, status } = execution;
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: seconds(started),
    stopDate: stopped === undefined ? undefined : seconds(stopped),
    redriveCount: 0,
  };
}
