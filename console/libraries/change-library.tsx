import { useState } from "react";
import { useModal } from "../controls/use-modal.ts";
import { errand } from "../session/session.ts";
import { views } from "../views.ts";
import { WorkInLibrary } from "./work-in-library.tsx";

/**
 * In the header of support: another library at any time, or another reason. It opens at the start, since what an address
 * names belongs to the library that is left.
 */
export function ChangeLibrary() {
  const [isOpen, setOpen] = useState(false);
  const works = errand() !== undefined;
  const modal = useModal(isOpen, () => setOpen(false));
  return (
    <>
      <button type="button" className="usa-button usa-button--unstyled" onClick={() => setOpen(true)}>
        {works ? "Switch library or reason" : "Choose a library"}
      </button>
      <dialog {...modal} className="dialog" aria-labelledby="change-library-title">
        <h2 id="change-library-title">
          {works ? "Work in another library, or for another reason" : "Work in a library"}
        </h2>
        {isOpen && <WorkInLibrary place="header" goTo={views.query} onDismiss={() => setOpen(false)} />}
      </dialog>
    </>
  );
}
