import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { countWritten, patronsToWrite } from "#domain/batch-update/counts";
import { isFinal } from "#domain/batch-update/state";
import type { BatchUpdateId } from "#domain/ids";
import { batchUpdateQuery } from "../api/batch-updates.ts";
import { isMissing } from "../api/problem.ts";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { Steps } from "../page/steps.tsx";
import { patrons } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { About } from "./about.tsx";
import { CancelButton } from "./cancel-button.tsx";
import { Elsewhere } from "./elsewhere.tsx";
import { NotifyField } from "./notify-field.tsx";
import { Result } from "./result.tsx";
import { Review } from "./review.tsx";
import { RunProgress } from "./run-progress.tsx";
import { Scheduled } from "./scheduled.tsx";
import { titleOf } from "./title.ts";
import { useHeldReview } from "./use-held-review.ts";
import { useLead } from "./use-lead.ts";
import { useSpokenProgress } from "./use-spoken-progress.ts";

/** One batch update. Its state decides what is shown, so its address is right at any time and after any pause. */
export function BatchUpdatePage({ batchUpdateId }: { batchUpdateId: BatchUpdateId }) {
  const batchUpdate = useQuery(batchUpdateQuery(batchUpdateId));
  useSpokenProgress(batchUpdate.data);
  const { data, error } = batchUpdate;
  const isGone = isMissing(error);
  return (
    <>
      {data === undefined && error !== null && (
        <PageHeading>{isGone ? "Batch update not found" : "Batch update"}</PageHeading>
      )}
      <Loaded from={batchUpdate}>{(it) => <View batchUpdate={it} />}</Loaded>
      {data === undefined && isGone && (
        <p>
          <Link href="/batch-updates">See all batch updates</Link>
        </p>
      )}
    </>
  );
}

function View({ batchUpdate: present }: { batchUpdate: BatchUpdateAnswer }) {
  const { shown: batchUpdate, elsewhere, act, follow } = useHeldReview(present);
  const [isLate, setLate] = useState(false);
  const lead = useLead(present);
  const { status, processedAt } = batchUpdate;
  const acted = (isDone: boolean) => {
    // Once a review has been gone on with, to be refused says nothing about it: the run has ended.
    if (isDone || status === "READY") act(isDone);
    setLate(!isDone && status !== "READY");
  };
  const hasBegun = processedAt !== undefined || status === "PROCESSING" || status === "CANCELLING";
  const step = isFinal(status) || hasBegun ? "Process" : "Review";
  return (
    <>
      <Steps
        current={step}
        isDone={status.startsWith("COMPLETED")}
        isChanged={isFinal(status) || hasBegun || elsewhere !== undefined}
      />
      <PageHeading
        view={status}
        title={lead === undefined ? numbers(batchUpdate, present) : `${lead} — ${heading(present)}`}
      >
        {heading(batchUpdate)}
      </PageHeading>
      {elsewhere !== undefined && <Elsewhere batchUpdate={elsewhere} follow={follow} />}
      {isLate && isFinal(status) && <Notice kind="info">It had ended before it could be canceled.</Notice>}
      <Stage batchUpdate={batchUpdate} act={acted} isOver={elsewhere !== undefined} />
    </>
  );
}

function heading({ status, kind }: BatchUpdateAnswer): string {
  const what = kind === "UNDO" ? "the undo" : kind === "RETRY" ? "the retry" : "the batch update";
  if (status === "PLANNING") return `Planning ${what}`;
  if (status === "READY") return `Review ${what}`;
  if (status === "SCHEDULED") return `Scheduled: ${what}`;
  if (status === "PROCESSING") return kind === "UNDO" ? "Undoing" : "Updating patrons";
  if (status === "CANCELLING") return `Canceling ${what}`;
  return `Result of ${what}`;
}

/** A review and a result are told apart by their numbers and names, among the tabs of a browser. */
function numbers(batchUpdate: BatchUpdateAnswer, present: BatchUpdateAnswer): string | undefined {
  const { status, plan, counts } = batchUpdate;
  const name = titleOf(batchUpdate);
  if (present !== batchUpdate) return `${label(present.status)}: ${name}`;
  if (status === "READY" && plan !== undefined)
    return `Review: ${patrons(patronsToWrite(plan))} would change – ${name}`;
  if (!isFinal(status) || counts === undefined) return undefined;
  return `Result: ${patrons(countWritten(counts))} changed – ${name}`;
}

interface StageProps {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly act: (isDone: boolean) => void;
  readonly isOver: boolean;
}

function Stage({ batchUpdate, act, isOver }: StageProps) {
  switch (batchUpdate.status) {
    case "PLANNING":
      return (
        <>
          <p>Reading each patron and working out what would change. This page continues by itself.</p>
          <RunProgress name="Planning" batchUpdate={batchUpdate} />
          <NotifyField />
          <CancelButton batchUpdate={batchUpdate} act={act} />
          <About batchUpdate={batchUpdate} />
        </>
      );
    case "READY":
      return <Review batchUpdate={batchUpdate} act={act} isOver={isOver} />;
    case "SCHEDULED":
      return <Scheduled batchUpdate={batchUpdate} act={act} />;
    case "PROCESSING":
      return (
        <>
          <p>You can close this page. The work continues, and this address shows it again.</p>
          <RunProgress name={batchUpdate.kind === "UNDO" ? "Undoing" : "Updating patrons"} batchUpdate={batchUpdate} />
          <NotifyField />
          <CancelButton batchUpdate={batchUpdate} act={act} />
          <About batchUpdate={batchUpdate} />
        </>
      );
    case "CANCELLING":
      return (
        <>
          <Notice kind="info" title="Canceling">
            Patrons already done stay done. No more patrons will be changed. This takes a few seconds.
          </Notice>
          <RunProgress name="Done so far" batchUpdate={batchUpdate} />
          <About batchUpdate={batchUpdate} />
        </>
      );
    default:
      return <Result batchUpdate={batchUpdate} />;
  }
}
