import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import type { ServedLibrary } from "#contract/support-libraries";
import { deletionDate, takeBackDays } from "#domain/leaving";
import { Field } from "../controls/field.tsx";
import { instantText } from "../words/format.ts";
import { ReasonField } from "./reason-field.tsx";

interface Props {
  /** The library that is to be deleted; undefined where nothing is asked. */
  readonly library: ServedLibrary | undefined;
  readonly onConfirm: (library: ServedLibrary, reason: string) => void;
  readonly onDismiss: () => void;
}

/**
 * Asks before a whole library is deleted: what goes, what stays and when. Its id is typed and the reason given, and the
 * focus begins on the way out, so that no key pressed too often deletes anything.
 */
export function DeleteDialog({ library, onConfirm, onDismiss }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const keep = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (library === undefined) dialog.current?.close();
    else {
      dialog.current?.showModal();
      keep.current?.focus();
    }
  }, [library]);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="delete-title" onClose={onDismiss}>
      {library !== undefined && (
        <Question key={library.library} library={library} onConfirm={onConfirm}>
          <button ref={keep} type="button" className="usa-button usa-button--outline" onClick={onDismiss}>
            Keep the library
          </button>
        </Question>
      )}
    </dialog>
  );
}

interface Asked {
  readonly library: ServedLibrary;
  readonly onConfirm: Props["onConfirm"];
  readonly children: ReactNode;
}

function Question({ library, onConfirm, children }: Asked) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const [errors, setErrors] = useState<{ id?: string; reason?: string }>({});
  const { name, library: id, timeZone } = library;
  return (
    <>
      <h2 id="delete-title">Delete {name}?</h2>
      <p>
        Everyone at the library is locked out within a minute. For {takeBackDays} days, until{" "}
        {instantText(deletionDate(new Date()).toISOString(), timeZone)}, you can cancel the deletion. Soon afterwards
        the library is deleted for good.
      </p>
      <p>What is deleted:</p>
      <ul>
        <li>its patrons, with their media, reading lists and service queues</li>
        <li>query sets, batch updates with their plans, outcomes, reports and counts, imports, exports</li>
        <li>its titles, settings, saved queries, presets and recipes</li>
        <li>its people and clients: they can no longer sign in</li>
      </ul>
      <p>
        What stays: the library’s audit, for as many days as its settings say, and backups for 35 days at most. Export
        first what the library takes with it.
      </p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const found = {
            ...(typed.trim() !== id && { id: `Type ${id}, the ID of this library.` }),
            ...(reason.trim() === "" && { reason: "Give a reason." }),
          };
          setErrors(found);
          const [first] = Object.keys(found);
          if (first !== undefined) document.getElementById(`delete-${first}`)?.focus();
          else onConfirm(library, reason.trim());
        }}
      >
        <Field id="delete-id" label="Library ID" hint={`Type ${id} to confirm.`} error={errors.id}>
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
        <ReasonField id="delete-reason" reason={reason} error={errors.reason} change={setReason} />
        <div className="actions">
          <button type="submit" className="usa-button usa-button--secondary">
            Delete in {takeBackDays} days
          </button>
          {children}
        </div>
      </form>
    </>
  );
}
