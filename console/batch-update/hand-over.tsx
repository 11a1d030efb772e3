import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { handOverBatchUpdate } from "../api/batch-updates.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { NoteField } from "../controls/note-field.tsx";
import { Told } from "../controls/told.tsx";
import { announce } from "../page/announcer.ts";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  /** Where it is not what is mostly done here. */
  readonly isSecond?: boolean;
}

/** Tells the administrators that a review waits for them. */
export function HandOver({ batchUpdate, isSecond = false }: Props) {
  const { batchUpdateId, handover } = batchUpdate;
  const client = useQueryClient();
  const [note, setNote] = useState(handover?.note ?? "");
  const [turn, setTurn] = useState(0);
  const handOver = useAction(
    (text: string, onceKey) => handOverBatchUpdate(batchUpdateId, text === "" ? undefined : text, onceKey),
    async (after) => {
      client.setQueryData(["batch-updates", batchUpdateId], after);
      setTurn(turn + 1);
      announce("Handed over. It waits for an administrator now.");
      await client.invalidateQueries({ queryKey: ["batch-updates", "list"] });
    },
  );
  const isWaiting = handover !== undefined;
  return (
    <section className={isSecond ? undefined : "process"} aria-labelledby="hand-over">
      <h2 id="hand-over">{isWaiting ? "It waits for an administrator" : "Hand over to administrators"}</h2>
      <Told turn={turn}>Handed over. Administrators find it on their home page and under “Waiting for you”.</Told>
      <p>
        {isWaiting
          ? "It was handed over. An administrator processes it, or gives it back with a note. You can still change the note."
          : "An administrator processes this. Administrators see that it waits for them, and one of them processes it or gives it back with a note."}
      </p>
      {handOver.error !== null && <Failure error={handOver.error} didAct />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          handOver.mutate(note.trim());
        }}
      >
        <NoteField
          id="handover-note"
          label="Note for the administrators (optional)"
          hint="What it is for, or what to look at. Do not write patrons’ names here."
          value={note}
          change={setNote}
        />
        <button
          type="submit"
          className={`usa-button ${isSecond || isWaiting ? "usa-button--outline" : "usa-button--big"}`}
          disabled={handOver.isPending}
        >
          {isWaiting ? "Hand over again with this note" : "Hand over to administrators"}
        </button>
      </form>
    </section>
  );
}
