import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import type { RecipeAnswer } from "#contract/recipes";
import { libraryQuery, meQuery } from "../api/library.ts";
import { presetsQuery } from "../api/presets.ts";
import { deleteRecipe, recipesQuery, startRecipe } from "../api/recipes.ts";
import { savedQueriesQuery } from "../api/saved-queries.ts";
import { orRefreshed, useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Told } from "../controls/told.tsx";
import { announceAct } from "../page/announcer.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { dateInWords } from "./recipe-draft.ts";
import { RecipeForm } from "./recipe-form.tsx";

/** What is done again and again, such as each month: a query, choices, a medium and Nightly Debug under one name. */
export function RecipesPage() {
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const me = useQuery(meQuery()).data;
  const recipes = useQuery(recipesQuery());
  const savedQueries = useQuery(savedQueriesQuery());
  const presets = useQuery(presetsQuery());
  const library = useQuery(libraryQuery());
  const [edited, edit] = useState<RecipeAnswer>();
  const [deleted, askToDelete] = useState<RecipeAnswer>();
  const [told, setTold] = useState({ turn: 0, words: "" });
  const isWriter = me !== undefined && !me.roles.includes("support");
  const refresh = () => client.invalidateQueries({ queryKey: ["recipes"] });
  const tell = async (words: string) => {
    announceAct(words);
    setTold({ turn: told.turn + 1, words });
    edit(undefined);
    await refresh();
  };
  const starting = useAction(
    ({ recipeId }: RecipeAnswer, onceKey) => startRecipe(recipeId, onceKey),
    ({ querySetId }) => navigate(`/query-sets/${querySetId}`),
  );
  const deleting = useAction(
    (recipe: RecipeAnswer) => orRefreshed(deleteRecipe(recipe), refresh),
    (_, { name }) => tell(`Deleted the recipe ${name}.`),
  );
  const failed = starting.error ?? deleting.error;
  const queryName = (id: string) => savedQueries.data?.items.find((it) => it.savedQueryId === id)?.name;
  const presetName = (id: string) => presets.data?.items.find((it) => it.presetId === id)?.name;
  return (
    <>
      <PageHeading intro="A recipe keeps a saved query, a preset, a medium, and Nightly Debug under one name, for work you repeat. Starting one changes nothing: you review the batch update first.">
        Recipes
      </PageHeading>
      <Told turn={told.turn}>{told.words}</Told>
      {failed !== null && <Failure error={failed} didAct />}
      <Loaded from={recipes}>
        {({ items }) => (
          <DataTable
            caption="Recipes of the library"
            rows={items}
            rowKey={({ recipeId }) => recipeId}
            empty="No recipes yet. Make one below for what comes back every month, such as spacing out new patrons’ first cartridges: from then on it is one press, and the review."
            columns={[
              { head: "Recipe", cell: ({ name }) => name },
              { head: "Saved query", cell: (it) => queryName(it.savedQueryId) ?? "Deleted: choose another" },
              { head: "Preset", cell: (it) => presetName(it.presetId) ?? "Deleted: choose another" },
              { head: "Medium", cell: ({ medium }) => medium },
              { head: "Nightly Debug", cell: ({ nightlyDebug }) => (nightlyDebug ? "On" : "Off") },
              { head: "Next service date", cell: ({ nextServiceDate }) => dateInWords(nextServiceDate) },
              {
                head: "Actions",
                isOnScreenOnly: true,
                cell: (recipe) =>
                  isWriter && (
                    <div className="row-acts">
                      <button
                        type="button"
                        className="usa-button usa-button--unstyled"
                        aria-disabled={starting.isPending}
                        onClick={() => starting.isPending || starting.mutate(recipe)}
                      >
                        Start<span className="usa-sr-only"> {recipe.name}</span>
                      </button>
                      <button
                        id={`edit-${recipe.recipeId}`}
                        type="button"
                        className="usa-button usa-button--unstyled"
                        onClick={() => edit(recipe)}
                      >
                        Edit<span className="usa-sr-only"> {recipe.name}</span>
                      </button>
                      <button
                        type="button"
                        className="usa-button usa-button--unstyled"
                        onClick={() => askToDelete(recipe)}
                      >
                        Delete<span className="usa-sr-only"> {recipe.name}</span>
                      </button>
                    </div>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
      {isWriter && (
        <Loaded from={savedQueries}>
          {({ items: queries }) => (
            <Loaded from={presets}>
              {({ items: kept }) => (
                <Loaded from={library}>
                  {(settings) => (
                    <RecipeForm
                      key={edited === undefined ? `new ${told.turn}` : `${edited.recipeId} ${edited.version}`}
                      edited={edited}
                      savedQueries={queries}
                      presets={kept}
                      library={settings}
                      refresh={refresh}
                      saved={(name) => tell(`Saved the recipe ${name}.`)}
                      stop={() => {
                        edit(undefined);
                        // Back to where it was begun.
                        document.getElementById(`edit-${edited?.recipeId}`)?.focus();
                      }}
                    />
                  )}
                </Loaded>
              )}
            </Loaded>
          )}
        </Loaded>
      )}
      <ConfirmDialog
        isOpen={deleted !== undefined}
        title={`Delete the recipe ${deleted?.name ?? ""}?`}
        confirm="Yes, delete it"
        dismiss="No, keep it"
        onDismiss={() => askToDelete(undefined)}
        onConfirm={() => {
          if (deleted !== undefined) deleting.mutate(deleted);
          askToDelete(undefined);
        }}
      >
        <p>
          It will be deleted for everyone in your library. Its query and preset stay, and so do the batch updates made
          with it.
        </p>
      </ConfirmDialog>
    </>
  );
}
