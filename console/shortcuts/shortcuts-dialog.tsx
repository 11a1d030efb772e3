import { useRef, useState } from "react";
import { useModal } from "../controls/use-modal.ts";
import { areShortcutsOn, shortcuts, turnShortcuts } from "./shortcuts.ts";

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Every shortcut of the console, and the way to turn them off. */
export function ShortcutsDialog({ isOpen, onClose }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [isOn, setOn] = useState(areShortcutsOn);
  const modal = useModal(isOpen, onClose, heading);
  const alt = /Mac|iP/.test(navigator.platform) ? "Option" : "Alt";
  return (
    <dialog {...modal} className="dialog" aria-labelledby="shortcuts-title">
      <h2 id="shortcuts-title" ref={heading} tabIndex={-1}>
        Keyboard shortcuts
      </h2>
      <table className="usa-table usa-table--borderless shortcuts">
        <caption className="usa-sr-only">Shortcuts and what they do</caption>
        <thead>
          <tr>
            <th scope="col">Press</th>
            <th scope="col">To</th>
          </tr>
        </thead>
        <tbody>
          {shortcuts.map(({ letter, does }) => (
            <tr key={letter}>
              <th scope="row">
                <kbd>{alt}</kbd> + <kbd>Shift</kbd> + <kbd>{letter}</kbd>
              </th>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="usa-checkbox">
        <input
          className="usa-checkbox__input"
          id="shortcuts-on"
          type="checkbox"
          checked={isOn}
          onChange={(event) => {
            turnShortcuts(event.target.checked);
            setOn(event.target.checked);
          }}
        />
        <label className="usa-checkbox__label" htmlFor="shortcuts-on">
          Use these shortcuts in this browser
        </label>
      </div>
      <div className="actions">
        <button type="button" className="usa-button" onClick={onClose}>
          Close
        </button>
      </div>
    </dialog>
  );
}
