import { useQuery } from "@tanstack/react-query";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { isFinal } from "#domain/batch-update/state";
import type { BatchUpdateId } from "#domain/ids";
import { batchUpdateQuery } from "../api/batch-updates.ts";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { ProgressBar } from "../controls/progress-bar.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { Steps } from "../page/steps.tsx";
import { SupportLink } from "../support/support-link.tsx";
import { CancelButton } from "./cancel-button.tsx";
import { Facts } from "./facts.tsx";
import { Result } from "./result.tsx";
import { Review } from "./review.tsx";
import { Scheduled } from "./scheduled.tsx";
import { ServiceQueueProgress } from "./service-queue-progress.tsx";
import { useSpokenProgress } from "./use-spoken-progress.ts";

/** One batch update. Its state decides what is shown, so its address is right at any time and after any pause. */
export function BatchUpdatePage({ batchUpdateId }: { batchUpdateId: BatchUpdateId }) {
  const batchUpdate = useQuery(batchUpdateQuery(batchUpdateId));
  useSpokenProgress(batchUpdate.data);
  return <Loaded from={batchUpdate}>{(it) => <View batchUpdate={it} />}</Loaded>;
}

function View({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  const { status, processedAt } = batchUpdate;
  const hasBegun = processedAt !== undefined || status === "PROCESSING" || status === "CANCELLING";
  const step = isFinal(status) || hasBegun ? "Process" : "Review";
  return (
    <>
      <Steps current={step} isChanged={hasBegun} />
      <PageHeading view={status}>{heading(batchUpdate)}</PageHeading>
      <Facts batchUpdate={batchUpdate} />
      <SupportLink subject={`batch-updates/${batchUpdate.batchUpdateId}`} />
      <Stage batchUpdate={batchUpdate} />
    </>
  );
}

function heading({ status, kind }: BatchUpdateAnswer): string {
  const what = kind === "UNDO" ? "the undo" : kind === "RETRY" ? "the retry" : "the batch update";
  if (status === "PLANNING") return `Planning ${what}`;
  if (status === "READY") return `Review ${what}`;
  if (status === "SCHEDULED") return `Scheduled: ${what}`;
  if (status === "PROCESSING") return kind === "UNDO" ? "Undoing" : "Updating patrons";
  if (status === "CANCELLING") return `Cancelling ${what}`;
  return `Result of ${what}`;
}

function Stage({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  switch (batchUpdate.status) {
    case "PLANNING":
      return (
        <>
          <p>Each patron is read, and what would change is worked out. This page goes on by itself.</p>
          <Bar name="Planning" batchUpdate={batchUpdate} />
          <CancelButton batchUpdate={batchUpdate} />
        </>
      );
    case "READY":
      return <Review batchUpdate={batchUpdate} />;
    case "SCHEDULED":
      return <Scheduled batchUpdate={batchUpdate} />;
    case "PROCESSING":
      return (
        <>
          <p>You can close this page. The work goes on, and this address shows it again.</p>
          <Bar name={batchUpdate.kind === "UNDO" ? "Undoing" : "Updating patrons"} batchUpdate={batchUpdate} />
          <ServiceQueueProgress batchUpdate={batchUpdate} />
          <CancelButton batchUpdate={batchUpdate} />
        </>
      );
    case "CANCELLING":
      return (
        <>
          <Notice kind="info" title="Being cancelled">
            Patrons already done stay done. No other patron is changed any more. This takes a few seconds.
          </Notice>
          <Bar name="Done so far" batchUpdate={batchUpdate} />
          <ServiceQueueProgress batchUpdate={batchUpdate} />
        </>
      );
    default:
      return <Result batchUpdate={batchUpdate} />;
  }
}

function Bar({ name, batchUpdate: { progress } }: { name: string; batchUpdate: BatchUpdateAnswer }) {
  return <ProgressBar name={name} done={progress.done} total={progress.total} unit="patrons" />;
}
