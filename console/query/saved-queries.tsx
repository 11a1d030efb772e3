import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { SavedQueryAnswer } from "#contract/saved-queries";
import type { Criteria } from "#domain/query/criteria";
import { folded } from "#domain/text";
import { createSavedQuery, deleteSavedQuery, replaceSavedQuery, savedQueriesQuery } from "../api/saved-queries.ts";
import { orRefreshed, useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { announce } from "../page/announcer.ts";

interface Props {
  /** What is being written, once it is complete. */
  readonly criteria: Criteria | undefined;
  readonly open: (criteria: Criteria) => void;
}

/** Queries that the library keeps by name. Opening one copies it into the builder. */
export function SavedQueries({ criteria, open }: Props) {
  const client = useQueryClient();
  const saved = useQuery(savedQueriesQuery());
  const [chosenId, choose] = useState("");
  const [name, setName] = useState("");
  const [isDeleting, setDeleting] = useState(false);
  const items = saved.data?.items ?? [];
  const chosen = items.find(({ savedQueryId }) => savedQueryId === chosenId);
  const refresh = () => client.invalidateQueries({ queryKey: ["saved-queries"] });

  const save = useAction(
    (body: { name: string; criteria: Criteria }, onceKey) => {
      const known = items.find((it) => folded(it.name) === folded(body.name));
      return known === undefined
        ? createSavedQuery(body, onceKey)
        : orRefreshed(replaceSavedQuery(known, body), refresh);
    },
    async (_, { name: savedName }) => {
      announce(`Saved the query ${savedName}.`);
      setName("");
      await refresh();
    },
  );
  const remove = useAction(
    (it: SavedQueryAnswer) => orRefreshed(deleteSavedQuery(it), refresh),
    async () => {
      announce("Deleted the saved query.");
      choose("");
      await refresh();
    },
  );
  const failed = save.error ?? remove.error ?? saved.error;
  const willReplace = items.some((it) => folded(it.name) === folded(name.trim()));

  return (
    <section className="panel" aria-labelledby="saved-queries">
      <h2 id="saved-queries">Saved queries</h2>
      {failed !== null && <Failure error={failed} didAct={save.isError || remove.isError} />}
      <div className="row">
        <Field id="saved-query" label="Saved query">
          {(tied) => (
            <select {...tied} className="usa-select" value={chosenId} onChange={(event) => choose(event.target.value)}>
              <option value="">{items.length === 0 ? "None saved yet" : "Choose a saved query"}</option>
              {items.map((it) => (
                <option key={it.savedQueryId} value={it.savedQueryId}>
                  {it.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button
          type="button"
          className="usa-button usa-button--outline"
          disabled={chosen === undefined}
          onClick={() => {
            if (chosen === undefined) return;
            open(chosen.criteria);
            announce(`Opened ${chosen.name}.`);
          }}
        >
          Open it
        </button>
        <button
          type="button"
          className="usa-button usa-button--unstyled"
          disabled={chosen === undefined}
          onClick={() => setDeleting(true)}
        >
          Delete it
        </button>
      </div>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (criteria !== undefined && name.trim() !== "") save.mutate({ name: name.trim(), criteria });
        }}
      >
        <Field id="saved-query-name" label="Save these conditions as" hint="A name that your library will recognise.">
          {(tied) => (
            <input
              {...tied}
              className="usa-input"
              value={name}
              maxLength={200}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <button
          type="submit"
          className="usa-button usa-button--outline"
          disabled={criteria === undefined || name.trim() === "" || save.isPending}
        >
          {willReplace ? "Replace the saved query" : "Save the query"}
        </button>
      </form>
      <ConfirmDialog
        isOpen={isDeleting}
        title="Delete this saved query?"
        confirm="Delete it"
        dismiss="Keep it"
        onDismiss={() => setDeleting(false)}
        onConfirm={() => {
          setDeleting(false);
          if (chosen !== undefined) remove.mutate(chosen);
        }}
      >
        <p>The query “{chosen?.name}” goes for everyone in your library. Query sets made with it stay.</p>
      </ConfirmDialog>
    </section>
  );
}
