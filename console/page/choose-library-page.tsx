import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Field } from "../controls/field.tsx";
import { chooseLibrary } from "../session/session.ts";
import { PageHeading } from "./page-heading.tsx";

/** Support belongs to no library, so it says in which one it works. */
export function ChooseLibraryPage({ onChosen }: { onChosen: () => void }) {
  const [library, setLibrary] = useState("");
  const [error, setError] = useState<string>();
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
          if (!/^[A-Za-z0-9._-]{1,32}$/.test(chosen)) {
            setError("Type the library’s id, such as piedmont.");
            document.getElementById("library")?.focus();
            return;
          }
          chooseLibrary(chosen);
          client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
          onChosen();
        }}
      >
        <Field id="library" label="Library" hint="The library’s id, such as piedmont." error={error}>
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
        <button type="submit" className="usa-button">
          Work in this library
        </button>
      </form>
    </>
  );
}
