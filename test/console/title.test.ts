import { describe, expect, it } from "vitest";
import { titleAmong, titleOf } from "../../console/batch-update/title.ts";
import { batchUpdateAnswer } from "./batch-update-answer.ts";

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

it("batch updates of one title carry their IDs where they are listed together, and no others do", () => {
  const found = ["1", "2", "3"].map((id) => batchUpdateAnswer(id, id === "3" ? { name: "Spring move" } : {}));
  expect(found.map((it) => titleAmong(it, found))).toEqual(["Update of DB, 1", "Update of DB, 2", "Spring move"]);
});
