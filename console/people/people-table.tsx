import { useState } from "react";
import type { InvitedPersonAnswer, PersonAnswer, PersonChange } from "#contract/people";
import { changePerson, invitePersonAgain, removePerson } from "../api/people.ts";
import { useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { RowAct } from "../controls/row-act.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { label } from "../words/labels.ts";

interface Props {
  readonly people: readonly PersonAnswer[];
  readonly isStale: boolean;
  readonly onBegun: () => void;
  readonly onDone: (sentence: string) => Promise<void>;
  readonly onInvited: (person: InvitedPersonAnswer) => Promise<void>;
}

/** What is asked before it is done. */
interface Question {
  readonly person: PersonAnswer;
  readonly act: "remove" | "disable" | "role";
}

export function PeopleTable({ people, isStale, onBegun, onDone, onInvited }: Props) {
  const [question, ask] = useState<Question>();
  const again = useAction(invitePersonAgain, onInvited);
  const change = useAction(
    ({ person, body }: { person: PersonAnswer; body: PersonChange; done: string }) =>
      changePerson(person.personId, body),
    (_, { done }) => onDone(done),
  );
  const remove = useAction(
    ({ personId }: PersonAnswer) => removePerson(personId),
    (_, { name }) => onDone(`${name} was removed.`),
  );
  const failed = again.error ?? change.error ?? remove.error;
  const isBusy = again.isPending || change.isPending || remove.isPending;
  // What was told is read before the list behind it is: who goes on at once is asked, and never left without an answer.
  const begin = (act: () => void) => {
    for (const one of [again, change, remove]) if (!one.isPending) one.reset();
    onBegun();
    act();
  };
  const start = (act: () => void) => {
    if (!isBusy) begin(act);
  };
  const answer = ({ person, act }: Question) => {
    if (act === "remove") return remove.mutate(person);
    const { name } = person;
    if (act === "disable") {
      return change.mutate({ person, body: { status: "DISABLED" }, done: `${name} was disabled.` });
    }
    const role = otherRole(person);
    change.mutate({ person, body: { role }, done: `${name} now has the role ${label(role)}.` });
  };
  const words = question === undefined ? undefined : wordsOf(question);
  return (
    <>
      {failed !== null && <Failure error={failed} didAct />}
      <DataTable
        caption="People of the library"
        rows={people}
        rowKey={({ personId }) => personId}
        empty="No one has been invited yet."
        isStale={isStale}
        columns={[
          {
            head: "Name",
            cell: ({ name, email }) => (
              <>
                {name}
                <div className="aside">{email}</div>
              </>
            ),
          },
          { head: "Role", cell: ({ role }) => label(role) },
          { head: "Status", cell: ({ status }) => <StateTag status={status} /> },
          {
            head: "Actions",
            isOnScreenOnly: true,
            cell: (person) => (
              <div className="row-acts">
                {person.status === "INVITED" && (
                  <RowAct
                    of={called(person)}
                    words="Send a new invitation"
                    act={() => start(() => again.mutate(person.personId))}
                  />
                )}
                <RowAct
                  of={called(person)}
                  words={`Make ${otherRole(person)}`}
                  act={() => begin(() => ask({ person, act: "role" }))}
                />
                {person.status === "DISABLED" ? (
                  <RowAct
                    of={called(person)}
                    words="Enable"
                    act={() =>
                      start(() =>
                        change.mutate({ person, body: { status: "ACTIVE" }, done: `${person.name} was enabled.` }),
                      )
                    }
                  />
                ) : (
                  <RowAct
                    of={called(person)}
                    words="Disable"
                    act={() => begin(() => ask({ person, act: "disable" }))}
                  />
                )}
                <RowAct of={called(person)} words="Remove" act={() => begin(() => ask({ person, act: "remove" }))} />
              </div>
            ),
          },
        ]}
      />
      <ConfirmDialog
        isOpen={question !== undefined}
        title={words?.title ?? ""}
        confirm={words?.confirm ?? ""}
        dismiss="Cancel"
        onDismiss={() => ask(undefined)}
        onConfirm={() => {
          ask(undefined);
          if (question !== undefined) answer(question);
        }}
      >
        <p>{words?.text}</p>
      </ConfirmDialog>
    </>
  );
}

const called = ({ name, email }: PersonAnswer) => `${name}, ${email}`;

function otherRole({ role }: PersonAnswer): PersonAnswer["role"] {
  return role === "administrator" ? "staff" : "administrator";
}

function wordsOf({ person, act }: Question): { title: string; text: string; confirm: string } {
  const { name } = person;
  switch (act) {
    case "remove":
      return {
        title: `Remove ${name}?`,
        text: `Within a minute, ${name} can no longer sign in. What they did stays in the audit under their name.`,
        confirm: "Remove",
      };
    case "disable":
      return {
        title: `Disable ${name}?`,
        text: `${name} cannot sign in until enabled again. What they prepared stays.`,
        confirm: "Disable",
      };
    case "role":
      return person.role === "administrator"
        ? {
            title: `Make ${name} staff?`,
            text: `${name} can still prepare batch updates, but no longer process them or change settings.`,
            confirm: "Make staff",
          }
        : {
            title: `Make ${name} an administrator?`,
            text: `${name} can process batch updates, import, change settings, and invite people.`,
            confirm: "Make administrator",
          };
  }
}
