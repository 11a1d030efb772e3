import type { ServedLibrary } from "#contract/support-libraries";
import { deletionDate, takeBackDays } from "#domain/leaving";
import { TypedDialog } from "../controls/typed-dialog.tsx";
import { instantText } from "../words/format.ts";

interface Props {
  /** The library that is to be deleted; undefined where nothing is asked. */
  readonly library: ServedLibrary | undefined;
  readonly onConfirm: (library: ServedLibrary, reason: string) => void;
  readonly onDismiss: () => void;
}

/** Asks before a whole library is deleted: what goes, what stays and when. */
export function DeleteDialog({ library, onConfirm, onDismiss }: Props) {
  return (
    <TypedDialog
      name="delete"
      dismiss="Keep the library"
      onConfirm={(reason) => library && onConfirm(library, reason)}
      onDismiss={onDismiss}
      asked={
        library && {
          id: library.library,
          kind: "library",
          title: `Delete ${library.name}?`,
          says: <WhatGoes timeZone={library.timeZone} />,
          confirm: `Delete in ${takeBackDays} days`,
        }
      }
    />
  );
}

function WhatGoes({ timeZone }: Pick<ServedLibrary, "timeZone">) {
  return (
    <>
      <p>
        Everyone at the library is locked out within a minute. For {takeBackDays} days, until{" "}
        {instantText(deletionDate(new Date()).toISOString(), timeZone)}, you can cancel the deletion. Soon afterwards
        the library is deleted for good.
      </p>
      <p>What is deleted:</p>
      <ul>
        <li>its patrons, with their media, reading lists and service queues</li>
        <li>query sets, batch updates with their plans, outcomes, reports and counts, imports, exports</li>
        <li>its titles, settings, saved queries, presets and recipes</li>
        <li>its people and clients: they can no longer sign in</li>
      </ul>
      <p>
        What stays: the library’s audit, for as many days as its settings say, and backups for 35 days at most. Export
        first what the library takes with it.
      </p>
    </>
  );
}
