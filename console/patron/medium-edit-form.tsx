import { useQueryClient } from "@tanstack/react-query";
import { useLayoutEffect, useRef, useState } from "react";
import type { ShownMedium } from "#contract/patrons";
import type { PatronId } from "#domain/ids";
import type { Library } from "#domain/library";
import type { MediumEdit } from "#domain/profile/medium-edit";
import { mediumField, mediumFieldNames } from "#domain/profile/medium-fields";
import { editMedium, readMedium } from "../api/patrons.ts";
import { isOutdated } from "../api/problem.ts";
import { useAction } from "../api/use-action.ts";
import { ChangeValue } from "../batch-update/change-value.tsx";
import { ChangedMeanwhile } from "../controls/changed-meanwhile.tsx";
import { ErrorSummary } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { useChecked } from "../controls/use-checked.ts";
import { useLeaveGuard } from "../controls/use-leave-guard.tsx";
import { Help } from "../help/help.tsx";
import { announce } from "../page/announcer.ts";
import { today } from "../words/format.ts";
import { label } from "../words/labels.ts";
import {
  type EditDraft,
  editDraft,
  editedFields,
  editId,
  finishedEdit,
  type RebasedEdit,
  rebasedEdit,
} from "./edit-draft.ts";

interface Props {
  readonly patronId: PatronId;
  readonly medium: string;
  readonly record: ShownMedium;
  readonly library: Library;
  /** @param fields that were changed */
  readonly onSaved: (fields: readonly string[]) => void;
  readonly onLeft: () => void;
}

/** The fields of one medium record, to be changed for this patron alone. */
export function MediumEditForm({ patronId, medium, record, library, onSaved, onLeft }: Props) {
  const client = useQueryClient();
  // What the draft was made from. A fresher one that comes in meanwhile must not pass for it.
  const [base, setBase] = useState(record);
  const [draft, setDraft] = useState<EditDraft>(() => editDraft(record));
  const [meanwhile, setMeanwhile] = useState<RebasedEdit>();
  const finished = () => finishedEdit(draft, medium, base, library, today(library.timeZone));
  const { errors, attempt, errorAt, check } = useChecked(() => {
    const found = finished();
    return "errors" in found ? found.errors : [];
  });
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>("input, select")?.focus(), []);
  const changed = editedFields(draft, base);
  const guard = useLeaveGuard(changed.length > 0, "the record");
  const save = useAction(
    async (edit: MediumEdit) => {
      try {
        return await editMedium(patronId, medium, edit, base.version);
      } catch (error) {
        if (isOutdated(error)) await takeOver();
        throw error;
      }
    },
    async (_, edit) => {
      announce(`Saved: ${Object.keys(edit).map(label).join(", ")}.`);
      await client.invalidateQueries({ queryKey: ["patrons", patronId] });
      onSaved(Object.keys(edit));
    },
  );
  const takeOver = async () => {
    const { medium: _, ...present } = await readMedium(patronId, medium);
    const found = rebasedEdit(draft, base, present);
    setBase(present);
    setDraft(found.draft);
    setMeanwhile(found);
  };
  const outdated = save.error !== null && isOutdated(save.error);
  const set = (name: keyof EditDraft, value: string) => setDraft({ ...draft, [name]: value });
  return (
    <form
      ref={form}
      noValidate
      className="medium-edit"
      aria-label={`Edit the ${medium} record`}
      onSubmit={(event) => {
        event.preventDefault();
        const found = finished();
        if (!check() || !("edit" in found) || save.isPending) return;
        if (changed.length === 0) {
          announce("Nothing was changed, so nothing was saved.");
          return onLeft();
        }
        save.mutate(found.edit);
      }}
    >
      <ErrorSummary errors={errors} attempt={attempt} />
      {outdated && meanwhile !== undefined && (
        <ChangedMeanwhile what="this record" theirs={meanwhile.theirs.map(label)} both={meanwhile.both.map(label)} />
      )}
      {save.error !== null && !outdated && <Failure error={save.error} didAct />}
      <div className="medium-edit-fields">
        {mediumFieldNames.map((name) => {
          const called = { id: editId(name), name: label(name) };
          if (name === "nightlyDebug") {
            return (
              <div className="labelled" key={name}>
                <div className="usa-checkbox">
                  <input
                    className="usa-checkbox__input"
                    id={called.id}
                    type="checkbox"
                    checked={draft[name] === "YES"}
                    onChange={(event) => set(name, event.target.checked ? "YES" : "NO")}
                  />
                  <label className="usa-checkbox__label" htmlFor={called.id}>
                    {called.name}
                  </label>
                </div>
                <Help term="Nightly Debug" />
              </div>
            );
          }
          return (
            <ChangeValue
              key={name}
              field={name}
              value={draft[name]}
              error={errorAt(called.id)}
              library={library}
              today={today(library.timeZone)}
              change={(value) => set(name, value)}
              called={called}
              none={mediumField(name).change === "SET" && base[name] !== undefined ? "Choose a value" : "No value"}
            />
          );
        })}
      </div>
      <p>
        {changed.length === 0
          ? "No changes yet."
          : `To be saved: ${changed.map(label).join(", ")}. Everything else stays as it is.`}
      </p>
      <div className="actions">
        <button type="submit" className="usa-button" aria-disabled={save.isPending}>
          Save the record
        </button>
        <button type="button" className="usa-button usa-button--outline" onClick={() => guard.leave(onLeft)}>
          Leave without saving
        </button>
      </div>
      {guard.dialog}
    </form>
  );
}
