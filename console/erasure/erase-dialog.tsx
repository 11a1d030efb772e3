import type { PatronId } from "#domain/ids";
import { TypedDialog } from "../controls/typed-dialog.tsx";

interface Asked {
  readonly patronId: PatronId;
  readonly name: string;
}

interface Props {
  /** The patron who is to be erased; undefined where nothing is asked. */
  readonly asked: Asked | undefined;
  readonly onConfirm: (reason: string) => void;
  readonly onDismiss: () => void;
}

/** Asks before a patron is erased: what goes and what stays. */
export function EraseDialog({ asked, onConfirm, onDismiss }: Props) {
  return (
    <TypedDialog
      name="erase"
      dismiss="Keep the patron"
      onConfirm={onConfirm}
      onDismiss={onDismiss}
      asked={
        asked && {
          id: asked.patronId,
          kind: "patron",
          title: `Erase ${asked.name}?`,
          says: <WhatGoes patronId={asked.patronId} />,
          reasonHint: "It is kept in the audit for years. Do not name anyone.",
          confirm: "Erase for good",
        }
      }
    />
  );
}

function WhatGoes({ patronId }: Pick<Asked, "patronId">) {
  return (
    <>
      <p>This cannot be undone. What is erased, everywhere it is kept, within the hour:</p>
      <ul>
        <li>the name, place, language and preferences</li>
        <li>the media with all their values, the reading list, the service queues and the history</li>
        <li>name and values in query sets, plans, outcomes, reports and lists of import errors</li>
        <li>the files of the library’s exports, which can be created again</li>
      </ul>
      <p>
        What stays: the ID {patronId}, in counts and outcomes, so that the numbers still add up, and backups for 35 days
        at most. An import of this ID creates the patron again: take the patron out of your own system first.
      </p>
    </>
  );
}
