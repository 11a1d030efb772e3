import { expect, test } from "vitest";
import { workflowNames } from "#domain/workflow";
import { newId } from "#platform/identifiers";
import { libraryId } from "#test/ids";
import { executionName, readExecutionName } from "#workflows/start";

const id = newId(new Date("2026-03-02T09:00:00Z"));

test.each(workflowNames.flatMap((workflow) => [1, 2, 13].map((attempt) => [workflow, attempt] as const)))(
  "the name of %s, attempt %d, reads back as what it works for",
  (workflow, attempt) => {
    for (const library of ["piedmont", "north-carolina-1", "a"].map(libraryId)) {
      const name = executionName({ library, id, workflow, attempt, openedAt: "" });
      expect(readExecutionName(name)).toMatchObject({ workflow, library, subject: expect.stringContaining(id) });
    }
  },
);

test("query sets, batch updates, imports, exports and erasures are named as in the audit", () => {
  const subjectOf = (workflow: (typeof workflowNames)[number]) =>
    readExecutionName(executionName({ library: libraryId("piedmont"), id, workflow, attempt: 1, openedAt: "" }))
      ?.subject;
  expect(workflowNames.map(subjectOf)).toEqual([
    `query-sets/${id}`,
    `batch-updates/${id}`,
    `batch-updates/${id}`,
    `imports/${id}`,
    `exports/${id}`,
    `erasures/${id}`,
  ]);
});

test.each(["", "by-hand", `piedmont-${id}`, `piedmont-${id}-undo`, `-${id}-plan`, `piedmont-${id}-plan-x`])(
  "%j is no name of ours",
  (name) => {
    expect(readExecutionName(name)).toBeUndefined();
  },
);
