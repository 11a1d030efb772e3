import { useQuery } from "@tanstack/react-query";
import type { Library } from "#domain/library";
import type { CodeTable } from "#domain/profile/field";
import { presetsQuery } from "../api/presets.ts";
import { recipesQuery } from "../api/recipes.ts";
import { savedQueriesQuery } from "../api/saved-queries.ts";
import { queryFor, removalMeanings, usesOf } from "./code-uses.ts";

const mostNamed = 10;

/** What it means to take a code out, and what uses it. */
export function TakeOut({ table, code, library }: { table: CodeTable; code: string; library: Library }) {
  const savedQueries = useQuery(savedQueriesQuery()).data?.items;
  const presets = useQuery(presetsQuery()).data?.items;
  const recipes = useQuery(recipesQuery()).data?.items;
  const isKnown = savedQueries !== undefined && presets !== undefined && recipes !== undefined;
  const uses = isKnown ? usesOf(table, code, { savedQueries, presets, recipes }) : [];
  return (
    <>
      {removalMeanings(table, code, library).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {isKnown && uses.length === 0 && <p>No saved query, preset or recipe names it.</p>}
      {uses.length > 0 && (
        <>
          <p>It is named by:</p>
          <ul>
            {uses.slice(0, mostNamed).map((use) => (
              <li key={use}>{use}</li>
            ))}
            {uses.length > mostNamed && <li>and {uses.length - mostNamed} more</li>}
          </ul>
        </>
      )}
      <p>To see who has it, run the query {queryFor(table, code)} before you save.</p>
      <p>Nothing is changed until you save the settings.</p>
    </>
  );
}
