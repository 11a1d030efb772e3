import { useState } from "react";
import type { InvitedPersonAnswer } from "#contract/people";
import { emailSchema } from "#domain/member";
import { invitePerson } from "../api/people.ts";
import { useAction } from "../api/use-action.ts";
import { ErrorSummary } from "../controls/error-summary.tsx";
import { Failure } from "../controls/failure.tsx";
import { type LibraryRole, RoleField } from "../controls/role-field.tsx";
import { TextField } from "../controls/text-field.tsx";
import { useChecked } from "../controls/use-checked.ts";

const fresh = { name: "", email: "", role: "staff" as LibraryRole };

export function InviteForm({ onInvited }: { onInvited: (person: InvitedPersonAnswer) => Promise<void> }) {
  const [draft, setDraft] = useState(fresh);
  const name = draft.name.trim();
  const email = draft.email.trim();
  const { errors, attempt, errorAt, check } = useChecked(() => [
    ...(name === "" ? [{ id: "person-name", message: "Enter the person’s name." }] : []),
    ...(emailSchema.safeParse(email).success
      ? []
      : [{ id: "person-email", message: "Enter an email address, such as ada@library.example." }]),
  ]);
  const invite = useAction(invitePerson, async (person) => {
    setDraft(fresh);
    await onInvited(person);
  });
  return (
    <form
      noValidate
      className="panel"
      aria-labelledby="invite-title"
      onSubmit={(event) => {
        event.preventDefault();
        if (check() && !invite.isPending) invite.mutate({ name, email, role: draft.role });
      }}
    >
      <h2 id="invite-title">Invite someone</h2>
      <ErrorSummary errors={errors} attempt={attempt} />
      {invite.error !== null && <Failure error={invite.error} didAct />}
      <TextField
        id="person-name"
        label="Name"
        error={errorAt("person-name")}
        autoComplete="off"
        maxLength={200}
        value={draft.name}
        change={(typed) => setDraft({ ...draft, name: typed })}
      />
      <TextField
        id="person-email"
        label="Email"
        error={errorAt("person-email")}
        type="email"
        autoComplete="off"
        maxLength={128}
        value={draft.email}
        change={(typed) => setDraft({ ...draft, email: typed })}
      />
      <RoleField id="person-role" role={draft.role} change={(role) => setDraft({ ...draft, role })} />
      <button type="submit" className="usa-button">
        Invite
      </button>
    </form>
  );
}
