import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { handBackBatchUpdate } from "../api/batch-updates.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { NoteField } from "../controls/note-field.tsx";
import { useChecked } from "../controls/use-checked.ts";
import { announceAct } from "../page/announcer.ts";

/** Gives a review back to who handed it over, with a note on why. */
export function HandBack({ batchUpdate: { batchUpdateId, handover } }: { batchUpdate: BatchUpdateAnswer }) {
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const { errorAt, check } = useChecked(() =>
    note.trim() === "" ? [{ id: "return-note", message: "Say why you are giving it back." }] : [],
  );
  const handBack = useAction(
    (text: string, onceKey) => handBackBatchUpdate(batchUpdateId, text, onceKey),
    async (after) => {
      client.setQueryData(["batch-updates", batchUpdateId], after);
      announceAct(`Given back to ${handover?.by}.`);
      await client.invalidateQueries({ queryKey: ["batch-updates", "list"] });
    },
  );
  return (
    <>
      <p>{handover?.by} sees your note, can change who is left out, and can hand it over again.</p>
      {handBack.error !== null && <Failure error={handBack.error} didAct />}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!check()) document.getElementById("return-note")?.focus();
          else if (!handBack.isPending) handBack.mutate(note.trim());
        }}
      >
        <NoteField
          id="return-note"
          label="Note (required)"
          hint="What should be different. Do not write patrons’ names here."
          error={errorAt("return-note")}
          value={note}
          change={setNote}
        />
        <button type="submit" className="usa-button" aria-disabled={handBack.isPending}>
          Give it back
        </button>
      </form>
    </>
  );
}
