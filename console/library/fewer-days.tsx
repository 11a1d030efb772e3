import { useQuery } from "@tanstack/react-query";
import { librarySettingsSchema } from "#domain/library";
import { endedEvidenceQuery } from "../api/ended-evidence.ts";
import { Notice } from "../controls/notice.tsx";
import { amount, counted } from "../words/format.ts";

interface Props {
  readonly before: number;
  /** As typed. */
  readonly typed: string;
}

/** Says what fewer days of keeping evidence would delete at once, before they are saved. */
export function FewerDays({ before, typed }: Props) {
  const days = librarySettingsSchema.shape.retentionDays.safeParse(Number(typed.trim() || Number.NaN)).data;
  const isFewer = days !== undefined && days < before;
  const ended = useQuery({ ...endedEvidenceQuery(days ?? before), enabled: isFewer }).data;
  return (
    <div aria-live="polite">
      {isFewer && ended !== undefined && (
        <Notice kind={ended === 0 ? "info" : "warning"}>
          <p>
            {ended === 0
              ? "No evidence is deleted at once by this."
              : `The evidence of ${counted(ended, "batch update", "batch updates")} that ended more than ${amount(days)} days ago is deleted for good within the hour after you save.`}{" "}
            Batch updates that were processed keep the date they show.
          </p>
        </Notice>
      )}
    </div>
  );
}
