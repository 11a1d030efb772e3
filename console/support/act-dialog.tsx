import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { ReasonField } from "../controls/reason-field.tsx";
import { useModal } from "../controls/use-modal.ts";
import type { Done, SupportAct } from "./support-act.ts";
import { actWords } from "./words.ts";

interface Props {
  /** What is about to be done; undefined where nothing is. */
  readonly act: SupportAct | undefined;
  readonly onDone: (done: Done, reason: string) => void;
  /** The question is closed, whether or not the act is done. */
  readonly onDismiss: () => void;
}

/** Says what an act would do, asks why, and does it. */
export function ActDialog({ act, onDone, onDismiss }: Props) {
  const modal = useModal(act !== undefined, onDismiss);
  return (
    <dialog {...modal} className="dialog" aria-labelledby="act-title">
      {act !== undefined && <Question key={act.id} act={act} onDone={onDone} onDismiss={onDismiss} />}
    </dialog>
  );
}

function Question({ act, onDone, onDismiss }: Props & { act: SupportAct }) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string>();
  const would = useQuery({ queryKey: ["support", "would", act.id], queryFn: () => act.ask(), gcTime: 0, staleTime: 0 });
  const perform = useAction(
    (why: string, onceKey) => act.perform(why, onceKey),
    (done, why) => onDone(done, why),
  );
  return (
    <>
      <h2 id="act-title">
        {actWords[act.act]}? <span className="aside">({act.of})</span>
      </h2>
      {/* Read out when it comes: the page behind the question is silent as long as the question is asked. */}
      <div aria-live="polite">
        {would.data !== undefined && (
          <>
            <p>If you continue:</p>
            <ul>
              {would.data.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </>
        )}
        {would.data === undefined && would.error === null && <p>Checking what it would do …</p>}
        {would.error !== null && <Failure error={would.error} didAct={false} />}
        {perform.error !== null && <Failure error={perform.error} didAct />}
      </div>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() === "") {
            setError("Give a reason.");
            document.getElementById("act-reason")?.focus();
          } else if (would.data !== undefined && !perform.isPending) perform.mutate(reason.trim());
        }}
      >
        {would.error === null && <ReasonField id="act-reason" reason={reason} error={error} change={setReason} />}
        <div className="actions">
          {would.error === null && (
            <button type="submit" className="usa-button" aria-disabled={would.data === undefined || perform.isPending}>
              {perform.isPending ? "Sending …" : `Yes: ${actWords[act.act].toLowerCase()}`}
            </button>
          )}
          <button type="button" className="usa-button usa-button--outline" onClick={onDismiss}>
            Cancel
          </button>
        </div>
      </form>
    </>
  );
}
