import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type Changes, changesNothing } from "#domain/plan/update-spec";
import { meQuery } from "../api/library.ts";
import { createPreset, deletePreset, presetsQuery, replacePreset } from "../api/presets.ts";
import { KeptByName, type KeptByNameWords } from "../controls/kept-by-name.tsx";

interface Props {
  /** The changes of the form, once they are complete. */
  readonly changes: Changes | undefined;
  readonly use: (changes: Changes) => void;
}

const words: KeptByNameWords = {
  label: "Preset",
  help: "Preset",
  hint: "Using one replaces the choices below, but not the medium or Nightly Debug.",
  choose: "Choose a preset",
  use: "Use",
  used: (name) => `The choices from ${name} are filled in.`,
  keepAs: "Save the choices below as",
  keep: "Save as a preset",
  replace: "Replace the preset",
  keptAs: (name) => `Saved the preset ${name}.`,
  delete: "Delete this preset?",
  deleted: "Deleted the preset.",
  goes: (name) => `The preset “${name}” will be deleted for everyone in your library. Batch updates made with it stay.`,
};

/** Changes that the library keeps by name, such as those for moving patrons to duplication. */
export function Presets({ changes, use }: Props) {
  const client = useQueryClient();
  const isAdministrator = useQuery(meQuery()).data?.roles.includes("administrator") === true;
  const presets = useQuery(presetsQuery());
  return (
    <details className="more">
      <summary>Presets: use or save choices by name</summary>
      <KeptByName
        id="preset"
        words={words}
        items={presets.data?.items ?? []}
        failure={presets.error}
        refresh={() => client.invalidateQueries({ queryKey: ["presets"] })}
        idOf={({ presetId }) => presetId}
        use={(chosen) => use(chosen.changes)}
        mayChange={isAdministrator}
        bodyOf={(name) => (changes === undefined || changesNothing(changes) ? undefined : { name, changes })}
        create={createPreset}
        replace={replacePreset}
        remove={deletePreset}
      />
    </details>
  );
}
