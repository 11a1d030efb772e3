import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { handOverBatchUpdate } from "../api/batch-updates.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { NoteField } from "../controls/note-field.tsx";
import { announceAct } from "../page/announcer.ts";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly done: () => void;
}

/** Tells the administrators that a review waits for them. */
export function HandOver({ batchUpdate, done }: Props) {
  const { batchUpdateId, handover } = batchUpdate;
  const client = useQueryClient();
  const [note, setNote] = useState(handover?.note ?? "");
  const handOver = useAction(
    (text: string, onceKey) => handOverBatchUpdate(batchUpdateId, text === "" ? undefined : text, onceKey),
    async (after) => {
      client.setQueryData(["batch-updates", batchUpdateId], after);
      done();
      announceAct("Handed over. It is now waiting for an administrator.");
      await client.invalidateQueries({ queryKey: ["batch-updates", "list"] });
    },
  );
  const isWaiting = handover !== undefined;
  return (
    <>
      <p>
        {isWaiting
          ? "It was handed over. An administrator processes it, or gives it back with a note. You can still change the note."
          : "Administrators see that it is waiting for them. One of them processes it, or gives it back with a note."}
      </p>
      {handOver.error !== null && <Failure error={handOver.error} didAct />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!handOver.isPending) handOver.mutate(note.trim());
        }}
      >
        <NoteField
          id="handover-note"
          label="Note for the administrators (optional)"
          hint="What it is for, or what to look at. Do not write patrons’ names here."
          value={note}
          change={setNote}
        />
        <button type="submit" className="usa-button" aria-disabled={handOver.isPending}>
          {isWaiting ? "Hand over again with this note" : "Hand over to administrators"}
        </button>
      </form>
    </>
  );
}
