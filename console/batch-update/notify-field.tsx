import { useState } from "react";
import { presentNotices, wantNotices } from "./notify.ts";

/** Asks whether to tell of the end outside of the page. The browser is asked for its consent at this press and never before. */
export function NotifyField() {
  const [notices, setNotices] = useState(presentNotices);
  if (notices === "UNKNOWN_HERE") return null;
  if (notices === "REFUSED") {
    return (
      <p className="usa-hint">
        Your browser does not allow notices here. This tab’s title will tell you when it is done.
      </p>
    );
  }
  return (
    <div className="usa-checkbox">
      <input
        className="usa-checkbox__input"
        id="notify"
        type="checkbox"
        checked={notices === "ON"}
        onChange={(event) => void wantNotices(event.target.checked).then(setNotices)}
      />
      <label className="usa-checkbox__label" htmlFor="notify">
        Notify me when it ends, even if I am looking at something else
      </label>
    </div>
  );
}
