import { useState } from "react";
import { useLocation } from "wouter";
import { TextField } from "../controls/text-field.tsx";
import { views } from "../views.ts";

/** Finds what ran for a job by its id, as a library's people read it from the address of their page. */
export function FindJob() {
  const [, go] = useLocation();
  const [id, setId] = useState("");
  const [error, setError] = useState<string>();
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = id.trim();
        if (wanted === "") setError("Enter an ID, or part of one.");
        else go(`${views.executions}?executions.q=${encodeURIComponent(wanted)}`);
      }}
    >
      <TextField
        id="find-job"
        label="ID of a batch update, query set, import, or export"
        hint="It is at the end of the address of its page. Part of it is enough."
        error={error}
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
