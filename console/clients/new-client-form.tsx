import { useState } from "react";
import type { ClientWithSecretAnswer } from "#contract/clients";
import { createClient } from "../api/clients.ts";
import { useAction } from "../api/use-action.ts";
import { ErrorSummary } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { type LibraryRole, RoleField } from "../controls/role-field.tsx";
import { TextField } from "../controls/text-field.tsx";
import { useChecked } from "../controls/use-checked.ts";

const fresh = { name: "", role: "staff" as LibraryRole };

export function NewClientForm({ onMade }: { onMade: (client: ClientWithSecretAnswer) => Promise<void> }) {
  const [draft, setDraft] = useState(fresh);
  const name = draft.name.trim();
  const { errors, attempt, errorAt, check } = useChecked(() =>
    name === "" ? [{ id: "client-name", message: "Enter a name for the client." }] : [],
  );
  const create = useAction(createClient, async (made) => {
    setDraft(fresh);
    await onMade(made);
  });
  return (
    <form
      noValidate
      className="panel"
      aria-labelledby="new-client-title"
      onSubmit={(event) => {
        event.preventDefault();
        if (check() && !create.isPending) create.mutate({ name, role: draft.role });
      }}
    >
      <h2 id="new-client-title">New client</h2>
      <ErrorSummary errors={errors} attempt={attempt} />
      {create.error !== null && <Failure error={create.error} didAct />}
      <TextField
        id="client-name"
        label="Name"
        help="Client"
        hint="For example, Nightly registration sync."
        error={errorAt("client-name")}
        autoComplete="off"
        maxLength={200}
        value={draft.name}
        change={(typed) => setDraft({ ...draft, name: typed })}
      />
      <RoleField id="client-role" role={draft.role} change={(role) => setDraft({ ...draft, role })} />
      <button type="submit" className="usa-button">
        Create client
      </button>
    </form>
  );
}
