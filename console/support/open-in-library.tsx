import { type ReactNode, useId, useState } from "react";
import { Link } from "wouter";
import { useModal } from "../controls/use-modal.ts";
import { WorkInLibrary } from "../libraries/work-in-library.tsx";
import { errand } from "../session/session.ts";

interface Props {
  readonly library: string;
  /** The library's view to open. */
  readonly at: string;
  readonly children: ReactNode;
}

/** Leads to a view of a library. Where support works in another one, or in none, it is asked why it goes there. */
export function OpenInLibrary({ library, at, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const modal = useModal(isOpen, () => setOpen(false));
  const title = useId();
  if (errand()?.library === library) return <Link href={at}>{children}</Link>;
  return (
    <>
      <button type="button" className="usa-button usa-button--unstyled" onClick={() => setOpen(true)}>
        {children}
      </button>
      <dialog {...modal} className="dialog" aria-labelledby={title}>
        <h2 id={title}>Work in {library}</h2>
        {isOpen && <WorkInLibrary place={title} goTo={at} only={library} onDismiss={() => setOpen(false)} />}
      </dialog>
    </>
  );
}
