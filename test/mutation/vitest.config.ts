import { globSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

/*
 * `npm run mutation` asks of each change of a rule whether a unit test fails. It tells the score by folder, keeps what it
 * knows in .cache/mutation and looks only at what changed the next time; `-- --mutate "functions/domain/plan/*.ts"` does
 * one folder. Less than 85 % fails.
 *
 * Left out (`ignoreStatic`) is what runs once, while a module is loaded, such as a schema: a change of it is seen only by
 * loading everything anew for each test, which would take most of the time and tell of shapes rather than rules. It stays
 * away from tsconfig.json, which Stryker would rewrite with a TypeScript older than ours.
 */

/** Tests of something else that go through much of the domain on their way: slow, and they would kill mutants by chance. */
const ofOthers = ["samples", "query-raw-readers"];

/** The unit tests of the domain: those of test/unit that import from it. */
const files = globSync("test/unit/*.test.ts").filter(
  (file) =>
    !ofOthers.some((name) => file.endsWith(`/${name}.test.ts`)) && /from "#domain\//.test(readFileSync(file, "utf8")),
);

export default defineConfig({ test: { include: files, testTimeout: 120_000 } });
