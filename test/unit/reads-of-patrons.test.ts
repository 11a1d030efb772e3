import { expect, test } from "vitest";
import { z } from "zod";
import { operations } from "#contract/contract";
import { readsOfPatrons } from "../../functions/api/audited.ts";

/** Answers that name patrons, and are not told in the library's audit when support reads them: each with the reason. */
const notTold: Readonly<Record<string, string>> = {
  "/v1/erasures": "ids alone of who was erased: nothing else of them is left",
  "/v1/erasures/:erasureId": "the same",
};

test("support reads no answer that names patrons without the library being told", () => {
  const naming = operations
    .filter(({ method }) => method === "GET")
    .filter(({ answers }) =>
      Object.values(answers).some((schema) =>
        /"patronIds?":/.test(JSON.stringify(z.toJSONSchema(schema, { unrepresentable: "any", io: "input" }))),
      ),
    )
    .map(({ path }) => path);
  expect(naming).toContain("/v1/batch-updates/:batchUpdateId/plan");
  expect(naming.filter((path) => !readsOfPatrons.has(path) && notTold[path] === undefined)).toEqual([]);
});
