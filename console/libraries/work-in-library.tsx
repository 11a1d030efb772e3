import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { servedLibrariesQuery, tryErrand } from "../api/support-libraries.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { Loaded } from "../controls/loading.tsx";
import { ReasonField } from "../controls/reason-field.tsx";
import { useChecked } from "../controls/use-checked.ts";
import { beginErrand, type Errand, errand } from "../session/session.ts";

interface Props {
  /** Begins the ids of the controls: the header's form and the page's may be there at the same time. */
  readonly place: string;
  /** The view to open in the library. */
  readonly goTo: string;
  /** The library that it can only be, where what is opened belongs to it. */
  readonly only?: string;
  readonly onDismiss?: () => void;
}

/**
 * Support belongs to no library, so it says in which one it works, and why. The library is looked at before it is
 * accepted. Everything is loaded anew afterwards: nothing of the library that is left stays in memory.
 */
export function WorkInLibrary({ place, goTo, only, onDismiss }: Props) {
  const libraries = useQuery(servedLibrariesQuery());
  const [library, setLibrary] = useState(only ?? errand()?.library ?? "");
  const [reason, setReason] = useState("");
  const problems = () => [
    ...(library === "" ? [{ id: `${place}-library`, message: "Choose a library." }] : []),
    ...(reason.trim() === ""
      ? [{ id: `${place}-reason`, message: "Give a reason, such as the number of the library’s request." }]
      : []),
  ];
  const { errorAt, check } = useChecked(problems);
  const begin = useAction(
    async (chosen: Errand) => {
      await tryErrand(chosen);
      return chosen;
    },
    (chosen) => {
      beginErrand(chosen);
      location.assign(goTo);
    },
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!check()) document.getElementById(problems()[0]?.id ?? "")?.focus();
        else if (!begin.isPending) begin.mutate({ library, reason: reason.trim() });
      }}
    >
      {begin.error !== null && <Failure error={begin.error} didAct={false} />}
      <Loaded from={libraries}>
        {(items) => (
          <Field id={`${place}-library`} label="Library" error={errorAt(`${place}-library`)}>
            {(tied) => (
              <select
                {...tied}
                className="usa-select"
                value={library}
                onChange={(event) => setLibrary(event.target.value)}
              >
                <option value="">{items.length === 0 ? "No libraries yet" : "Choose a library"}</option>
                {items
                  .filter(({ library: id }) => only === undefined || id === only)
                  .map((it) => (
                    <option key={it.library} value={it.library}>
                      {it.name} ({it.library}){it.suspended ? ", suspended" : ""}
                    </option>
                  ))}
              </select>
            )}
          </Field>
        )}
      </Loaded>
      <ReasonField
        id={`${place}-reason`}
        reason={reason}
        error={errorAt(`${place}-reason`)}
        change={setReason}
        hint="It appears in the audit beside everything you change there. Do not name patrons."
      />
      <div className="actions">
        <button type="submit" className="usa-button">
          Work in this library
        </button>
        {onDismiss !== undefined && (
          <button type="button" className="usa-button usa-button--outline" onClick={onDismiss}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}
