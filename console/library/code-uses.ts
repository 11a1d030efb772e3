import type { Library } from "#domain/library";
import type { Changes } from "#domain/plan/update-spec";
import type { CodeTable } from "#domain/profile/field";
import { changeableFieldNames, mediumField, storedFieldNames } from "#domain/profile/medium-fields";
import { patronField, patronFieldNames } from "#domain/profile/patron-fields";
import { type Criteria, type Criterion, isLeaf, listOf } from "#domain/query/criteria";
import { queryField } from "#domain/query/fields";

/** What a library keeps by name that may name a code. */
export interface KeptThings {
  readonly savedQueries: readonly { readonly name: string; readonly criteria: Criteria }[];
  readonly presets: readonly { readonly name: string; readonly changes: Changes }[];
  readonly recipes: readonly { readonly name: string; readonly medium: string }[];
}

/** Fields of queries that hold codes of a table: those of the tables of fields, and for media the medium itself. */
export function queryFieldsOf(table: CodeTable): string[] {
  const ofPatron = patronFieldNames.filter((name) => isOf(patronField(name), table)).map((name) => `Patron.${name}`);
  const ofMedium = storedFieldNames.filter((name) => isOf(mediumField(name), table)).map((name) => `Media.${name}`);
  return [...(table === "media" ? ["Media.medium", "Patron.hasMedium"] : []), ...ofMedium, ...ofPatron];
}

function isOf(field: { readonly kind: string; readonly table?: CodeTable }, table: CodeTable): boolean {
  return field.kind === "code" && field.table === table;
}

/** What names a code, in words: `the saved query Braille readers`. */
export function usesOf(table: CodeTable, code: string, { savedQueries, presets, recipes }: KeptThings): string[] {
  const fields = new Set(queryFieldsOf(table));
  const set = changeableFieldNames.filter((name) => isOf(mediumField(name), table));
  return [
    ...savedQueries.filter(({ criteria }) => names(criteria, fields, code)).map((it) => `the saved query ${it.name}`),
    ...presets.filter(({ changes }) => set.some((name) => changes[name] === code)).map((it) => `the preset ${it.name}`),
    ...recipes.filter(({ medium }) => table === "media" && medium === code).map((it) => `the recipe ${it.name}`),
  ];
}

function names(criterion: Criterion, fields: ReadonlySet<string>, code: string): boolean {
  if (!isLeaf(criterion)) return listOf(criterion).members.some((member) => names(member, fields, code));
  const { field, value } = criterion;
  const values = typeof value === "object" ? value : [value];
  return fields.has(field) && values.some((it) => String(it).toLowerCase() === code.toLowerCase());
}

/** What taking a code out of its table means for the patrons who have it. */
export function removalMeanings(table: CodeTable, code: string, library: Library): string[] {
  if (table === "media") {
    return [
      `Patrons keep their ${code} records, but no one can change them from then on: no batch update, no edit, no import.`,
      "Lines of an import that name it are rejected.",
    ];
  }
  const stays = "Patrons who have it keep it. It can no longer be given to anyone";
  const rejected = "import lines that have it are rejected";
  if (table === "branches") return [`Patrons who have it keep it. From then on, ${rejected}.`];
  if (table !== "mainStatuses")
    return [`${stays}: a batch update or an edit that sets it is refused, and ${rejected}.`];
  const isClosed = library.mainStatuses.some((row) => row.code === code && row.closed);
  return [
    `Patrons who have it keep it. From then on, ${rejected}.`,
    ...(isClosed ? ["They no longer count as closed: batch updates will change them again."] : []),
  ];
}

/** The query that finds who has a code, as its search statement reads. */
export function queryFor(table: CodeTable, code: string): string | undefined {
  const [field = ""] = queryFieldsOf(table);
  const found = queryField(field);
  return found && `${found.group} : ${found.label} : Equals : ${code}`;
}
