import { describe, expect, it } from "vitest";
import { titleOf } from "../../console/batch-update/title.ts";

describe("what a batch update is called", () => {
  it.each([
    ["Spring move", "UPDATE", "Spring move"],
    ["Spring move", "UNDO", "Undo of Spring move"],
    ["Spring move", "RETRY", "Retry of Spring move"],
    ["Undo of Spring move", "UNDO", "Undo of Spring move"],
    [undefined, "UNDO", "Undo of DB"],
  ] as const)("%s as %s: %s", (name, kind, title) => {
    expect(titleOf({ name, kind, medium: "DB" })).toBe(title);
  });
});
