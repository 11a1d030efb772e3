import { useState } from "react";
import { useAction } from "../api/use-action.ts";
import { announceAct } from "../page/announcer.ts";
import { Failure } from "./failure.tsx";
import { TextField } from "./text-field.tsx";

interface Props {
  /** Begins the id of the field. */
  readonly id: string;
  /** What gets the name, such as `batch update`. */
  readonly what: string;
  readonly name: string | undefined;
  readonly rename: (name: string) => Promise<unknown>;
}

/** Gives a thing another name; everything else of it stays. */
export function Rename({ id, what, name, rename }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState(name ?? "");
  const [error, setError] = useState<string>();
  const renaming = useAction(rename, (_, wanted) => {
    announceAct(`The ${what} is now called ${wanted}.`);
    setOpen(false);
    // The field is gone; what opened it is where to go on.
    requestAnimationFrame(() => document.getElementById(`${id}-open`)?.focus());
  });
  return (
    <details className="more" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary id={`${id}-open`}>{name === undefined ? `Give this ${what} a name` : `Rename this ${what}`}</summary>
      {renaming.error !== null && <Failure error={renaming.error} didAct />}
      <form
        className="row"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const isEmpty = typed.trim() === "";
          setError(isEmpty ? "Enter a name." : undefined);
          if (isEmpty) document.getElementById(id)?.focus();
          else if (!renaming.isPending) renaming.mutate(typed.trim());
        }}
      >
        <TextField
          id={id}
          label="Name"
          error={error}
          maxLength={200}
          value={typed}
          change={(name) => {
            setTyped(name);
            setError(undefined);
          }}
        />
        <button type="submit" className="usa-button usa-button--outline" aria-disabled={renaming.isPending}>
          Save the name
        </button>
      </form>
    </details>
  );
}
