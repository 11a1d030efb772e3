import { type ReactNode, useRef, useState } from "react";
import { ReasonField } from "./reason-field.tsx";
import { TextField } from "./text-field.tsx";
import { useChecked } from "./use-checked.ts";
import { useModal } from "./use-modal.ts";

interface Question {
  /** Of what goes for good: typed once more, so that it is this one. */
  readonly id: string;
  /** What the ID is of, such as `patron`. */
  readonly kind: string;
  readonly title: string;
  /** What goes, what stays, and when. */
  readonly says: ReactNode;
  readonly reasonHint?: string | undefined;
  readonly confirm: string;
}

interface Props {
  /** Begins the ids of its elements. */
  readonly name: string;
  /** Undefined where nothing is asked. */
  readonly asked: Question | undefined;
  readonly dismiss: string;
  readonly onConfirm: (reason: string) => void;
  readonly onDismiss: () => void;
}

/**
 * Asks before something goes for good. Its ID is typed and the reason given, and the focus begins on the way out, so that
 * no key pressed too often deletes anything.
 */
export function TypedDialog({ name, asked, dismiss, onConfirm, onDismiss }: Props) {
  const keep = useRef<HTMLButtonElement>(null);
  const modal = useModal(asked !== undefined, onDismiss, keep);
  return (
    <dialog {...modal} className="dialog" aria-labelledby={`${name}-title`}>
      {asked !== undefined && (
        <Asked key={asked.id} {...asked} name={name} onConfirm={onConfirm}>
          <button ref={keep} type="button" className="usa-button usa-button--outline" onClick={onDismiss}>
            {dismiss}
          </button>
        </Asked>
      )}
    </dialog>
  );
}

interface AskedProps extends Question, Pick<Props, "name" | "onConfirm"> {
  readonly children: ReactNode;
}

function Asked({ id, kind, title, says, reasonHint, confirm, name, onConfirm, children }: AskedProps) {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const problems = () => [
    ...(typed.trim() === id ? [] : [{ id: `${name}-id`, message: `Type ${id}, the ID of this ${kind}.` }]),
    ...(reason.trim() === "" ? [{ id: `${name}-reason`, message: "Give a reason." }] : []),
  ];
  const { errorAt, check } = useChecked(problems);
  const label = `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ID`;
  return (
    <>
      <h2 id={`${name}-title`}>{title}</h2>
      {says}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (check()) onConfirm(reason.trim());
          else document.getElementById(problems()[0]?.id ?? "")?.focus();
        }}
      >
        <TextField
          id={`${name}-id`}
          label={label}
          hint={`Type ${id} to confirm.`}
          error={errorAt(`${name}-id`)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          change={setTyped}
        />
        <ReasonField
          id={`${name}-reason`}
          reason={reason}
          error={errorAt(`${name}-reason`)}
          change={setReason}
          hint={reasonHint}
        />
        <div className="actions">
          <button type="submit" className="usa-button usa-button--secondary">
            {confirm}
          </button>
          {children}
        </div>
      </form>
    </>
  );
}
