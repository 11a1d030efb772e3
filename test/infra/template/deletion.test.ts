import { beforeAll, describe, expect, test } from "vitest";
import { type OpenTemplate, openTemplate, sessionsLibrary } from "./open-template.ts";

let opened: OpenTemplate;
beforeAll(async () => {
  opened = await openTemplate();
});

describe("what may be deleted", () => {
  /** In one library or in each: the library stands first in a key. */
  const deletions = () =>
    opened
      .statements()
      .filter(({ statement }) => statement.Action.includes("s3:DeleteObject"))
      .map(({ path, statement }) => {
        const resources = statement.Resource.map((one) => JSON.stringify(one).replace(sessionsLibrary, "*"));
        return { path, resources };
      });

  test("only functions that end jobs delete objects, each only scratch of its own jobs, and the API files that are too large, or are made anew", () => {
    const kinds = new Map(
      deletions().map(({ path, resources }) => {
        const patterns = resources.map((one) => /\/\*\/([a-z-]+)\/\*\/[^*]+/.exec(one)?.[1]);
        return [path.split("/").slice(0, 2).join("/"), [...new Set(patterns)].sort()];
      }),
    );
    expect(Object.fromEntries(kinds)).toEqual({
      "BuildQuerySet/Job": ["query-sets"],
      "Plan/Job": ["batch-updates"],
      "Apply/Job": ["batch-updates"],
      "Import/Job": ["imports"],
      "Export/Job": ["exports"],
      "Erase/Job": ["erasures", "exports", "imports"],
      "Erase/Chunk": ["batch-updates", "imports", "query-sets"],
      "Api/Requests": ["batch-updates", "imports", "query-sets"],
      "Sweeping/Sweep": ["batch-updates", "erasures", "exports", "imports", "query-sets"],
    });
  });

  test("none of them reaches what is evidence", () => {
    const evidence = [
      "l/query-sets/1/members/00000.jsonl",
      "l/query-sets/1/not-found/00000.jsonl",
      "l/query-sets/1/query.json",
      "l/batch-updates/1/source.json",
      "l/batch-updates/1/plan/lines/00000.jsonl",
      "l/batch-updates/1/plan/index.json",
      "l/batch-updates/1/apply/results/00000.jsonl",
      "l/batch-updates/1/apply/index.json",
      "l/batch-updates/1/report/outcomes.jsonl",
      "l/imports/1/errors.csv",
      "l/erasures/kept/01k8.json",
      "l/catalogue/pointer.json",
    ];
    const patterns = deletions()
      .flatMap(({ resources }) => resources)
      .map((one) => /\/(\*\/[^"]+)"/.exec(one)?.[1] ?? "");
    expect(patterns.length).toBeGreaterThan(20);
    for (const pattern of patterns) {
      const form = new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
      for (const key of evidence) expect(key).not.toMatch(form);
      expect(pattern.replaceAll("*", "x")).toMatch(form);
    }
  });
});
