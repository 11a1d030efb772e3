import { useState } from "react";
import { folded } from "#domain/text";
import { orRefreshed, useAction } from "../api/use-action.ts";
import type { Term } from "../help/glossary-entry.ts";
import { announceAct } from "../page/announcer.ts";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { Failure } from "./failure.tsx";
import { Field } from "./field.tsx";
import { TextField } from "./text-field.tsx";

interface Kept {
  readonly name: string;
}

export interface KeptByNameWords {
  /** Such as `Saved query`. */
  readonly label: string;
  readonly help?: Term;
  readonly hint?: string;
  /** Such as `Choose a saved query`. */
  readonly choose: string;
  readonly use: string;
  readonly used: (name: string) => string;
  readonly keepAs: string;
  readonly keepHint?: string;
  readonly keep: string;
  readonly replace: string;
  readonly keptAs: (name: string) => string;
  readonly delete: string;
  readonly deleted: string;
  /** What is said before one goes. */
  readonly goes: (name: string) => string;
}

interface Props<Item extends Kept, Body extends Kept> {
  /** Begins the ids of the fields. */
  readonly id: string;
  readonly words: KeptByNameWords;
  readonly items: readonly Item[];
  /** Where the list cannot be read. */
  readonly failure: Error | null;
  readonly refresh: () => Promise<unknown>;
  readonly idOf: (item: Item) => string;
  /** Why one is there, where that is said. */
  readonly aboutOf?: (item: Item) => string | undefined;
  /** Whether one is there for good, and cannot be deleted. */
  readonly isFixed?: (item: Item) => boolean;
  readonly use: (item: Item) => void;
  /** Who may only use what others keep sees neither keeping nor deleting. */
  readonly mayChange: boolean;
  /** What would be kept under a name; undefined while it is not complete. */
  readonly bodyOf: (name: string) => Body | undefined;
  readonly create: (body: Body, onceKey: string) => Promise<Item>;
  readonly replace: (known: Item, body: Body) => Promise<Item>;
  readonly remove: (item: Item) => Promise<unknown>;
}

/** What the library keeps under names, such as its saved queries: to use one, to keep what is written below, to delete one. */
export function KeptByName<Item extends Kept, Body extends Kept>({
  id,
  words,
  items,
  failure,
  refresh,
  idOf,
  aboutOf = () => undefined,
  isFixed = () => false,
  use,
  mayChange,
  bodyOf,
  create,
  replace,
  remove,
}: Props<Item, Body>) {
  const [chosenId, choose] = useState("");
  const [name, setName] = useState("");
  const [isDeleting, setDeleting] = useState(false);
  const chosen = items.find((it) => idOf(it) === chosenId);
  const about = chosen && aboutOf(chosen);
  const named = (wanted: string) => items.find((it) => folded(it.name) === folded(wanted.trim()));
  const keeping = useAction(
    (body: Body, onceKey) => {
      const known = named(body.name);
      return known === undefined ? create(body, onceKey) : orRefreshed(replace(known, body), refresh);
    },
    async (_, body) => {
      announceAct(words.keptAs(body.name));
      setName("");
      await refresh();
    },
  );
  const deleting = useAction(
    (item: Item) => orRefreshed(remove(item), refresh),
    async () => {
      announceAct(words.deleted);
      choose("");
      await refresh();
      document.getElementById(id)?.focus();
    },
  );
  const failed = keeping.error ?? deleting.error ?? failure;
  const body = name.trim() === "" ? undefined : bodyOf(name.trim());
  const keep = () => {
    if (body !== undefined && !keeping.isPending) keeping.mutate(body);
  };

  return (
    <>
      {failed !== null && <Failure error={failed} didAct={failed !== failure} />}
      <div className="row">
        <Field id={id} label={words.label} help={words.help} {...(words.hint !== undefined && { hint: words.hint })}>
          {(tied) => (
            <select {...tied} className="usa-select" value={chosenId} onChange={(event) => choose(event.target.value)}>
              <option value="">{items.length === 0 ? "None saved yet" : words.choose}</option>
              {items.map((it) => (
                <option key={idOf(it)} value={idOf(it)}>
                  {it.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={chosen === undefined}
          onClick={() => {
            if (chosen === undefined) {
              document.getElementById(id)?.focus();
              return;
            }
            use(chosen);
            announceAct(words.used(chosen.name));
          }}
        >
          {words.use}
        </button>
        {mayChange && (
          <button
            type="button"
            className="usa-button usa-button--unstyled"
            aria-disabled={chosen === undefined || isFixed(chosen)}
            onClick={() => chosen !== undefined && !isFixed(chosen) && setDeleting(true)}
          >
            Delete
          </button>
        )}
      </div>
      {about !== undefined && <p>{about}</p>}
      {mayChange && (
        <div className="row">
          <TextField
            id={`${id}-name`}
            label={words.keepAs}
            {...(words.keepHint !== undefined && { hint: words.keepHint })}
            value={name}
            maxLength={200}
            change={setName}
            onKeyDown={(event) => {
              // It may stand within a form that does something else.
              if (event.key !== "Enter") return;
              event.preventDefault();
              keep();
            }}
          />
          <button
            type="button"
            className="usa-button usa-button--outline"
            aria-disabled={body === undefined || keeping.isPending}
            onClick={keep}
          >
            {named(name) === undefined ? words.keep : words.replace}
          </button>
        </div>
      )}
      <ConfirmDialog
        isOpen={isDeleting}
        title={words.delete}
        confirm="Delete"
        dismiss="Cancel"
        onDismiss={() => setDeleting(false)}
        onConfirm={() => {
          setDeleting(false);
          if (chosen !== undefined) deleting.mutate(chosen);
        }}
      >
        <p>{words.goes(chosen?.name ?? "")}</p>
      </ConfirmDialog>
    </>
  );
}
