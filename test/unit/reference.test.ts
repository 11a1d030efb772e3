import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { nouns, operations } from "#contract/contract";
import { problemsOf } from "#contract/operation";
import { outcomes, warningCodes } from "#domain/batch-update/outcome";
import { batchUpdateKinds, batchUpdateStatuses } from "#domain/batch-update/state";
import { nounPage } from "../../console/docs/reference-pages.ts";

test("every address of the API is told: who may, what it takes and answers, with an example, and how it may be refused", () => {
  expect(operations.length).toBeGreaterThan(50);
  const pages = new Map(nouns.map(({ name, description }) => [name, nounPage(name, description)]));
  for (const it of operations) {
    const page = pages.get(it.noun) ?? "";
    const [, section = ""] = page.split(`<h2 id="${it.name}">`);
    const [own = ""] = section.split("<h2 ");
    expect(own, it.name).toContain(`${it.method} ${it.path.replace(/:(\w+)/g, "{$1}")}</code>`);
    if (it.access === "token") for (const role of it.roles) expect(own, it.name).toContain(role);
    for (const code of problemsOf(it)) expect(own, it.name).toContain(`href="/docs/problems/${code}"`);
    if (it.example.answer !== undefined) expect(own, it.name).toContain("Such as:");
    for (const [, parameter = ""] of it.path.matchAll(/:(\w+)/g)) {
      expect(own, it.name).toContain(`<th scope="row"><code>${parameter}</code></th>`);
    }
  }
});

test("fields within fields and lists are told with their forms", () => {
  const page = nounPage("Batch updates", "Updates");
  expect(page).toContain('<th scope="row"><code>plan.counts.update</code></th><td>integer from 0</td><td>yes</td>');
  expect(page).toMatch(/<code>children\[\]\.kind<\/code><\/th><td>UPDATE \| RETRY \| UNDO</);
  expect(page).not.toMatch(/undefined|\[object|\$ref/);
});

test("the glossary tells every state, kind, outcome and warning, in alphabetical order", () => {
  const glossary = readFileSync(join(resolve(import.meta.dirname, "../.."), "docs", "glossary.md"), "utf8");
  const codes = [...batchUpdateStatuses, ...batchUpdateKinds, ...outcomes, ...warningCodes];
  expect(codes.filter((code) => !glossary.includes(`\`${code}\``))).toEqual([]);
  const words = [...glossary.matchAll(/^## (.+)$/gm)].map(([, word = ""]) => word);
  expect(words.length).toBeGreaterThan(30);
  expect(words).toEqual(words.toSorted((a, b) => a.localeCompare(b, "en")));
});
