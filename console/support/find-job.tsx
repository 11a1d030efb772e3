import { useState } from "react";
import { useLocation } from "wouter";
import { TextField } from "../controls/text-field.tsx";
import { useChecked } from "../controls/use-checked.ts";
import { views } from "../views.ts";

/** Finds what ran for a job by its id, as a library's people read it from the address of their page. */
export function FindJob() {
  const [, go] = useLocation();
  const [id, setId] = useState("");
  const wanted = id.trim();
  const { errorAt, check } = useChecked(() =>
    wanted === "" ? [{ id: "find-job", message: "Enter an ID, or part of one." }] : [],
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (check()) go(`${views.executions}?executions.q=${encodeURIComponent(wanted)}`);
        else document.getElementById("find-job")?.focus();
      }}
    >
      <TextField
        id="find-job"
        label="ID of a batch update, query set, import, or export"
        hint="It is at the end of the address of its page. Part of it is enough."
        error={errorAt("find-job")}
        autoComplete="off"
        spellCheck={false}
        maxLength={80}
        value={id}
        change={setId}
      />
      <div className="actions">
        <button type="submit" className="usa-button usa-button--outline">
          Find it
        </button>
      </div>
    </form>
  );
}
