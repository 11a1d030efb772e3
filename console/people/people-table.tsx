import { useState } from "react";
import type { InvitedPersonAnswer, PersonAnswer, PersonChange } from "#contract/people";
import { changePerson, invitePersonAgain, removePerson } from "../api/people.ts";
import { useAction } from "../api/use-action.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
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
    (_, { name }) => onDone(`${name} is removed.`),
  );
  const failed = again.error ?? change.error ?? remove.error;
  const isBusy = again.isPending || change.isPending || remove.isPending;
  const start = (act: () => void) => {
    if (isBusy) return;
    for (const one of [again, change, remove]) one.reset();
    onBegun();
    act();
  };
  const answer = ({ person, act }: Question) => {
    if (act === "remove") return remove.mutate(person);
    const { name } = person;
    if (act === "disable") {
      return change.mutate({ person, body: { status: "DISABLED" }, done: `${name} is shut out.` });
    }
    const role = otherRole(person);
    change.mutate({ person, body: { role }, done: `${name} now has the role: ${label(role)}.` });
  };
  const words = question === undefined ? undefined : wordsOf(question);
  return (
    <>
      {failed !== null && <Failure error={failed} didAct />}
      <DataTable
        caption="People of the library"
        rows={people}
        rowKey={({ personId }) => personId}
        empty="Nobody has been invited so far."
        isStale={isStale}
        columns={[
          { head: "Name", cell: ({ name }) => name },
          { head: "E-mail", cell: ({ email }) => email },
          { head: "Role", cell: ({ role }) => label(role) },
          { head: "Status", cell: ({ status }) => label(status) },
          {
            head: "Acts",
            cell: (person) => (
              <div className="row-acts">
                {person.status === "INVITED" && (
                  <Act of={person} words="Invite again" act={() => start(() => again.mutate(person.personId))} />
                )}
                <Act
                  of={person}
                  words={`Make ${otherRole(person)}`}
                  act={() => start(() => ask({ person, act: "role" }))}
                />
                {person.status === "DISABLED" ? (
                  <Act
                    of={person}
                    words="Let in again"
                    act={() =>
                      start(() =>
                        change.mutate({ person, body: { status: "ACTIVE" }, done: `${person.name} is let in again.` }),
                      )
                    }
                  />
                ) : (
                  <Act of={person} words="Shut out" act={() => start(() => ask({ person, act: "disable" }))} />
                )}
                <Act of={person} words="Remove" act={() => start(() => ask({ person, act: "remove" }))} />
              </div>
            ),
          },
        ]}
      />
      <ConfirmDialog
        isOpen={question !== undefined}
        title={words?.title ?? ""}
        confirm={words?.confirm ?? ""}
        dismiss="No, leave it"
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

function Act({ of, words, act }: { of: PersonAnswer; words: string; act: () => void }) {
  return (
    <button type="button" className="usa-button usa-button--unstyled" onClick={act}>
      {words}
      <span className="usa-sr-only"> ({of.name})</span>
    </button>
  );
}

function otherRole({ role }: PersonAnswer): PersonAnswer["role"] {
  return role === "administrator" ? "staff" : "administrator";
}

function wordsOf({ person, act }: Question): { title: string; text: string; confirm: string } {
  const { name } = person;
  switch (act) {
    case "remove":
      return {
        title: `Remove ${name}?`,
        text: `${name} cannot sign in any more, within a minute. What they did stays in the audit under their name.`,
        confirm: "Yes, remove",
      };
    case "disable":
      return {
        title: `Shut ${name} out?`,
        text: `${name} cannot sign in until let in again. What they prepared stays.`,
        confirm: "Yes, shut out",
      };
    case "role":
      return person.role === "administrator"
        ? {
            title: `Make ${name} staff?`,
            text: `${name} will prepare batch updates, and no longer process them or change settings.`,
            confirm: "Yes, make staff",
          }
        : {
            title: `Make ${name} an administrator?`,
            text: `${name} will process batch updates, import, change settings, and invite people.`,
            confirm: "Yes, make administrator",
          };
  }
}
