import { useQuery } from "@tanstack/react-query";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { Dismiss, ReasonForm } from "../controls/reason-form.tsx";
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
      {would.error === null ? (
        <ReasonForm
          id="act-reason"
          yes={perform.isPending ? "Sending …" : `Yes: ${actWords[act.act].toLowerCase()}`}
          isReady={would.data !== undefined && !perform.isPending}
          onConfirm={perform.mutate}
          onDismiss={onDismiss}
        />
      ) : (
        <div className="actions">
          <Dismiss onDismiss={onDismiss} />
        </div>
      )}
    </>
  );
}
