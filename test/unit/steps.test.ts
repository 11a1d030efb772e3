import { expect, test } from "vitest";
import { type HistoryEvent, stepsOf } from "#domain/support/steps";

/** Events a second apart. */
function history(...events: readonly (readonly [type: string, more?: Partial<HistoryEvent>])[]): HistoryEvent[] {
  return events.map(([type, more], second) => ({ at: at(second), type, ...more }));
}
const at = (second: number) => `2026-03-02T14:05:${String(second).padStart(2, "0")}.000Z`;

test("a step has its times and its tries, and remembers what an earlier try ended in", () => {
  const steps = stepsOf(
    history(
      ["ExecutionStarted"],
      ["TaskStateEntered", { state: "Split" }],
      ["LambdaFunctionScheduled"],
      ["LambdaFunctionFailed", { error: "States.Timeout", cause: "too long" }],
      ["LambdaFunctionScheduled"],
      ["LambdaFunctionSucceeded"],
      ["TaskStateExited", { state: "Split" }],
      ["ChoiceStateEntered", { state: "AnyChunks" }],
      ["ChoiceStateExited", { state: "AnyChunks" }],
      ["MapStateEntered", { state: "Chunks" }],
      ["MapStateStarted"],
      ["MapRunStarted"],
    ),
  );
  expect(steps).toEqual([
    {
      state: "Split",
      status: "SUCCEEDED",
      startedAt: at(1),
      stoppedAt: at(6),
      tries: 2,
      error: "States.Timeout",
      cause: "too long",
    },
    { state: "Chunks", status: "RUNNING", startedAt: at(9), tries: 1 },
  ]);
});

test("a step whose error is caught has failed, and so has the one in which an execution is stopped", () => {
  const steps = stepsOf(
    history(
      ["ExecutionStarted"],
      ["TaskStateEntered", { state: "Split" }],
      ["LambdaFunctionScheduled"],
      ["LambdaFunctionFailed", { error: "AccessDenied" }],
      ["TaskStateExited", { state: "Split" }],
      ["TaskStateEntered", { state: "CloseAfterError" }],
      ["LambdaFunctionScheduled"],
      ["ExecutionAborted", { error: "Stopped" }],
    ),
  );
  expect(steps).toMatchObject([
    { state: "Split", status: "FAILED", error: "AccessDenied", tries: 1 },
    { state: "CloseAfterError", status: "FAILED", stoppedAt: at(7) },
  ]);
});
