import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import type { PatronId } from "#domain/ids";
import { Field } from "../controls/field.tsx";
import { ReasonField } from "../libraries/reason-field.tsx";

interface Asked {
  readonly patronId: PatronId;
  readonly name: string;
}

interface Props {
  /** The patron who is to be erased; undefined where nothing is asked. */
  readonly asked: Asked | undefined;
  readonly onConfirm: (reason: string) => void;
  readonly onDismiss: () => void;
}

/** Asks before a patron is erased: what goes and what stays. The ID is typed, and the focus begins on the way out. */
export function EraseDialog({ asked, onConfirm, onDismiss }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  const isOpen = asked !== undefined;
  useLayoutEffect(() => {
    if (isOpen) {
      dialog.current?.showModal();
      keep.current?.focus();
    } else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="erase-title" onClose={onDismiss}>
      {asked !== undefined && (
        <Question {...asked} onConfirm={onConfirm}>
          <button ref={keep} type="button" className="usa-button usa-button--outline" onClick={onDismiss}>
            Keep the patron
          </button>
        </Question>
      )}
    </dialog>
  );
}

function Question({
  patronId,
  name,
  onConfirm,
  children,
}: Asked & { readonly onConfirm: Props["onConfirm"]; readonly children: ReactNode }) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const [errors, setErrors] = useState<{ id?: string; reason?: string }>({});
  return (
    <>
      <h2 id="erase-title">Erase {name}?</h2>
      <p>This cannot be undone. What is erased, everywhere it is kept, within the hour:</p>
      <ul>
        <li>the name, place, language and preferences</li>
        <li>the media with all their values, the reading list, the service queues and the history</li>
        <li>name and values in query sets, plans, outcomes, reports and lists of import errors</li>
        <li>the files of the library’s exports, which can be created again</li>
      </ul>
      <p>
        What stays: the ID {patronId}, in counts and outcomes, so that the numbers still add up, and backups for 35 days
        at most. An import of this ID creates the patron again: take the patron out of your own system first.
      </p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const found = {
            ...(typed.trim() !== patronId && { id: `Type ${patronId}, the ID of this patron.` }),
            ...(reason.trim() === "" && { reason: "Give a reason." }),
          };
          setErrors(found);
          const [first] = Object.keys(found);
          if (first !== undefined) document.getElementById(`erase-${first}`)?.focus();
          else onConfirm(reason.trim());
        }}
      >
        <Field id="erase-id" label="Patron ID" hint={`Type ${patronId} to confirm.`} error={errors.id}>
          {(tied) => (
            <input
              {...tied}
              className="usa-input"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
        <ReasonField
          id="erase-reason"
          reason={reason}
          error={errors.reason}
          change={setReason}
          hint="It is kept in the audit for years. Do not name anyone."
        />
        <div className="actions">
          <button type="submit" className="usa-button usa-button--secondary">
            Erase for good
          </button>
          {children}
        </div>
      </form>
    </>
  );
}
