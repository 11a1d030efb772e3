import { ReasonForm } from "../controls/reason-form.tsx";
import { useModal } from "../controls/use-modal.ts";

interface Props {
  /** What is asked, and what says yes to it; undefined where nothing is. */
  readonly asked: { readonly title: string; readonly means: string; readonly yes: string } | undefined;
  readonly onConfirm: (reason: string) => void;
  readonly onDismiss: () => void;
}

/** Asks for the reason before support does something with a whole library. */
export function ReasonDialog({ asked, onConfirm, onDismiss }: Props) {
  const modal = useModal(asked !== undefined, onDismiss);
  return (
    <dialog {...modal} className="dialog" aria-labelledby="asked-title">
      {asked !== undefined && (
        <>
          <h2 id="asked-title">{asked.title}</h2>
          <p>{asked.means}</p>
          <ReasonForm key={asked.title} id="asked-reason" yes={asked.yes} onConfirm={onConfirm} onDismiss={onDismiss} />
        </>
      )}
    </dialog>
  );
}
