import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Field } from "../controls/field.tsx";
import { beginErrand } from "../session/session.ts";
import { PageHeading } from "./page-heading.tsx";

const longestReason = 500;

/** Support belongs to no library, so it says in which one it works, and why. */
export function ChooseLibraryPage({ onChosen }: { onChosen: () => void }) {
  const [library, setLibrary] = useState("");
  const [reason, setReason] = useState("");
  const [errors, setErrors] = useState<{ library?: string; reason?: string }>({});
  const client = useQueryClient();
  return (
    <>
      <PageHeading intro="You are signed in as support. Everything you do is in the library’s audit.">
        Which library?
      </PageHeading>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const chosen = library.trim();
          const found = {
            ...(!/^[A-Za-z0-9._-]{1,32}$/.test(chosen) && { library: "Type the library’s id, such as piedmont." }),
            ...(reason.trim() === "" && { reason: "Say why, such as the number of the library’s request." }),
          };
          setErrors(found);
          const [first] = Object.keys(found);
          if (first !== undefined) {
            document.getElementById(first)?.focus();
            return;
          }
          beginErrand({ library: chosen, reason: reason.trim() });
          client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
          onChosen();
        }}
      >
        <Field id="library" label="Library" hint="The library’s id, such as piedmont." error={errors.library}>
          {(tied) => (
            <input
              {...tied}
              className="usa-input"
              value={library}
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => setLibrary(event.target.value)}
            />
          )}
        </Field>
        <Field
          id="reason"
          label="Reason"
          hint="It stands in the audit beside everything you change there. Name no patrons."
          error={errors.reason}
        >
          {(tied) => (
            <textarea
              {...tied}
              className="usa-textarea"
              rows={3}
              maxLength={longestReason}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <button type="submit" className="usa-button">
          Work in this library
        </button>
      </form>
    </>
  );
}
