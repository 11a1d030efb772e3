import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { queryFields } from "#domain/query/fields";
import { fieldTerms, termOfQueryField } from "../../console/help/field-terms.ts";
import { entryOf, terms } from "../../console/help/glossary-entry.ts";

const glossary = await readFile(new URL("../../docs/glossary.md", import.meta.url), "utf8");

describe("help beside a field", () => {
  it.each(terms)("explains %s in plain words, from the glossary", (term) => {
    const entry = entryOf(glossary, term);
    expect(entry).toMatch(/^[A-Z].{30,}[.!]$/);
    // Marks of the document would be read out.
    expect(entry).not.toMatch(/[`\n[\]]|\.md/);
  });

  it("does not stand for a word that the glossary leaves out", () => {
    expect(() => entryOf("# Glossary\n\n## Medium\n\nA form.\n", "Spread")).toThrow(/does not explain Spread/);
  });
});

it("a condition of a query has help at each field but those of everyday words", () => {
  const everyday = queryFields.filter(({ field }) => termOfQueryField(field) === undefined).map(({ label }) => label);
  expect(everyday).toEqual([
    "Patron ID",
    "Last Name",
    "First Name",
    "City",
    "County",
    "State",
    "Registered On",
    "Language",
    "Last Served On",
  ]);
});

it("no two fields of a batch update ask what the same word means; the queue itself is a field too", () => {
  const asked = [...Object.values(fieldTerms), "Service queue"];
  expect(asked).toEqual([...new Set(asked)]);
});

it("the glossary is in alphabetical order", () => {
  const headings = [...glossary.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading ?? "");
  expect(headings.length).toBeGreaterThan(30);
  expect(headings).toEqual(headings.toSorted((one, other) => one.localeCompare(other)));
});
