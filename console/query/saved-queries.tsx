import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Criteria } from "#domain/query/criteria";
import { createSavedQuery, deleteSavedQuery, replaceSavedQuery, savedQueriesQuery } from "../api/saved-queries.ts";
import { KeptByName, type KeptByNameWords } from "../controls/kept-by-name.tsx";

interface Props {
  /** What is being written, once it is complete. */
  readonly criteria: Criteria | undefined;
  readonly open: (criteria: Criteria) => void;
}

const words: KeptByNameWords = {
  label: "Saved query",
  help: "Query",
  choose: "Choose a saved query",
  use: "Open",
  used: (name) => `Opened ${name}.`,
  keepAs: "Save these conditions as",
  keepHint: "A name your library will recognize.",
  keep: "Save the query",
  replace: "Replace the saved query",
  keptAs: (name) => `Saved the query ${name}.`,
  delete: "Delete this saved query?",
  deleted: "Deleted the saved query.",
  goes: (name) => `The query “${name}” will be deleted for everyone in your library. Query sets made from it stay.`,
};

/** Queries that the library keeps by name. Opening one copies it into the builder. */
export function SavedQueries({ criteria, open }: Props) {
  const client = useQueryClient();
  const saved = useQuery(savedQueriesQuery());
  return (
    <section className="panel" aria-labelledby="saved-queries">
      <h2 id="saved-queries">Saved queries</h2>
      <KeptByName
        id="saved-query"
        words={words}
        items={saved.data?.items ?? []}
        failure={saved.error}
        refresh={() => client.invalidateQueries({ queryKey: ["saved-queries"] })}
        idOf={({ savedQueryId }) => savedQueryId}
        aboutOf={({ why }) => why}
        isFixed={({ starter }) => starter === true}
        use={(chosen) => open(chosen.criteria)}
        mayChange
        bodyOf={(name) => (criteria === undefined ? undefined : { name, criteria })}
        create={createSavedQuery}
        replace={replaceSavedQuery}
        remove={deleteSavedQuery}
      />
    </section>
  );
}
