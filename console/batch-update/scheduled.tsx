import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { patronsToWrite } from "#domain/batch-update/counts";
import { unscheduleBatchUpdate } from "../api/batch-updates.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { Notice } from "../controls/notice.tsx";
import { clockText, patrons, untilText } from "../words/format.ts";
import { About } from "./about.tsx";
import { CancelButton } from "./cancel-button.tsx";
import { NearSchedules } from "./near-schedules.tsx";

interface Props {
  readonly batchUpdate: BatchUpdateAnswer;
  readonly act: (isDone: boolean) => void;
}

/** A review that begins by itself: when, how long until, and the ways out. */
export function Scheduled({ batchUpdate, act }: Props) {
  const { batchUpdateId, processAt, scheduledBy, plan, medium } = batchUpdate;
  const client = useQueryClient();
  const me = useQuery(meQuery()).data;
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  useMinutes();
  const unschedule = useAction(unscheduleBatchUpdate, () => client.invalidateQueries({ queryKey: ["batch-updates"] }));
  if (processAt === undefined || timeZone === undefined) return null;
  const isAdministrator = me?.roles.includes("administrator") === true;
  return (
    <>
      <Notice kind="info" title={`Begins ${clockText(processAt, timeZone)}, ${untilText(processAt)}`}>
        <p>
          It then updates {patrons(patronsToWrite(plan))} by itself, or as soon as {medium} is free. Nothing changes
          until then. {scheduledBy !== undefined && `Scheduled by ${scheduledBy}.`}
        </p>
        <p>You can close this page.</p>
      </Notice>
      <NearSchedules at={processAt} batchUpdate={batchUpdate} timeZone={timeZone} />
      {unschedule.error !== null && <Failure error={unschedule.error} didAct />}
      {isAdministrator ? (
        <div className="actions">
          <button
            type="button"
            className="usa-button usa-button--outline"
            aria-disabled={unschedule.isPending}
            onClick={() => unschedule.isPending || unschedule.mutate(batchUpdateId)}
          >
            Unschedule: back to the review
          </button>
        </div>
      ) : (
        <p>An administrator can return it to its review, or cancel it.</p>
      )}
      <About batchUpdate={batchUpdate} />
      {me?.roles.includes("staff") !== true && <CancelButton batchUpdate={batchUpdate} act={act} />}
    </>
  );
}

/** Shows anew each half minute what is told of the time. */
function useMinutes(): void {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((turn) => turn + 1), 30_000);
    return () => clearInterval(timer);
  }, []);
}
