import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { PresetAnswer } from "#contract/presets";
import { type Changes, changesNothing } from "#domain/plan/update-spec";
import { meQuery } from "../api/library.ts";
import { createPreset, deletePreset, presetsQuery } from "../api/presets.ts";
import { orRefreshed, useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { announce } from "../page/announcer.ts";

interface Props {
  /** The changes of the form, once they are complete. */
  readonly changes: Changes | undefined;
  readonly use: (changes: Changes) => void;
}

/** Changes that the library keeps by name, such as those for moving patrons to duplication. */
export function Presets({ changes, use }: Props) {
  const client = useQueryClient();
  const isAdministrator = useQuery(meQuery()).data?.roles.includes("administrator") === true;
  const presets = useQuery(presetsQuery());
  const [chosenId, choose] = useState("");
  const [name, setName] = useState("");
  const [isDeleting, setDeleting] = useState(false);
  const items = presets.data?.items ?? [];
  const chosen = items.find(({ presetId }) => presetId === chosenId);
  const refresh = () => client.invalidateQueries({ queryKey: ["presets"] });
  const save = useAction(createPreset, async () => {
    announce("Saved the preset.");
    setName("");
    await refresh();
  });
  const remove = useAction(
    (it: PresetAnswer) => orRefreshed(deletePreset(it), refresh),
    async () => {
      announce("Deleted the preset.");
      choose("");
      await refresh();
    },
  );
  const failed = save.error ?? remove.error ?? presets.error;
  const canSave = changes !== undefined && !changesNothing(changes) && name.trim() !== "" && !save.isPending;

  return (
    <details className="more">
      <summary>Presets: use or keep choices by name</summary>
      {failed !== null && <Failure error={failed} didAct={presets.error === null} />}
      <div className="row">
        <Field
          id="preset"
          label="Preset"
          hint="Using one replaces the choices below, but neither medium nor Nightly Debug."
        >
          {(tied) => (
            <select {...tied} className="usa-select" value={chosenId} onChange={(event) => choose(event.target.value)}>
              <option value="">{items.length === 0 ? "None saved yet" : "Choose a preset"}</option>
              {items.map((it) => (
                <option key={it.presetId} value={it.presetId}>
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
            use(chosen.changes);
            announce(`The choices of ${chosen.name} are in place.`);
          }}
        >
          Use it
        </button>
        {isAdministrator && (
          <button
            type="button"
            className="usa-button usa-button--unstyled"
            disabled={chosen === undefined}
            onClick={() => setDeleting(true)}
          >
            Delete it
          </button>
        )}
      </div>
      {isAdministrator && (
        <div className="row">
          <Field id="preset-name" label="Keep the choices below as">
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
            type="button"
            className="usa-button usa-button--outline"
            disabled={!canSave}
            onClick={() => changes !== undefined && save.mutate({ name: name.trim(), changes })}
          >
            Keep as a preset
          </button>
        </div>
      )}
      <ConfirmDialog
        isOpen={isDeleting}
        title="Delete this preset?"
        confirm="Delete it"
        dismiss="Keep it"
        onDismiss={() => setDeleting(false)}
        onConfirm={() => {
          setDeleting(false);
          if (chosen !== undefined) remove.mutate(chosen);
        }}
      >
        <p>The preset “{chosen?.name}” goes for everyone in your library. Batch updates made with it stay.</p>
      </ConfirmDialog>
    </details>
  );
}
