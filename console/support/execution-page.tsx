import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import type { ExecutionDetailAnswer } from "#contract/support";
import { stepsOf } from "#domain/support/steps";
import { executionQuery } from "../api/support.ts";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { ProgressBar } from "../controls/progress-bar.tsx";
import { announce, announceProgress } from "../page/announcer.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { instantText } from "../words/format.ts";
import { ActButton } from "./act-button.tsx";
import { stopAct } from "./acts.ts";
import { Standing } from "./execution-list.tsx";
import { FailedChunks } from "./failed-chunks.tsx";
import { LogLines } from "./log-lines.tsx";
import { jobPath } from "./paths.ts";
import { StepList } from "./step-list.tsx";
import { useLibraryNames } from "./use-library-names.ts";
import { useSupportActs } from "./use-support-acts.tsx";
import { chunksSentence, forHowLong, lasted, runbook, standingWords, subjectName, workflowWords } from "./words.ts";

/** One execution: its steps, what failed and why, its log, and what can be done. */
export function ExecutionPage({ name }: { name: string }) {
  const execution = useQuery(executionQuery(name));
  const { begin, view } = useSupportActs();
  useSpokenExecution(execution.data);
  return (
    <>
      <p>
        <Link href={views.support}>Support</Link>
      </p>
      <Loaded from={execution}>
        {(it) => (
          <>
            <PageHeading>{workflowWords[it.workflow]}</PageHeading>
            {view}
            <ExecutionFacts execution={it} />
            {it.status === "RUNNING" && (
              <div className="actions">
                <ActButton act={stopAct(it.name)} begin={begin} />
              </div>
            )}
            <section aria-labelledby="steps">
              <h2 id="steps">Steps</h2>
              {it.mapRun !== undefined && (
                <ProgressBar
                  name="Chunks"
                  done={it.mapRun.succeeded + it.mapRun.failed}
                  total={it.mapRun.total}
                  unit="chunks"
                />
              )}
              <StepList steps={stepsOf(it.history)} mapRun={it.mapRun} />
            </section>
            {it.chunks !== undefined && it.chunks.length > 0 && <FailedChunks chunks={it.chunks} />}
            {it.logs !== undefined && <LogLines logs={it.logs} />}
          </>
        )}
      </Loaded>
    </>
  );
}

function ExecutionFacts({ execution: it }: { execution: ExecutionDetailAnswer }) {
  const nameOf = useLibraryNames();
  const { library, subject, startedAt, stoppedAt, error, cause, mapRun } = it;
  return (
    <>
      {error !== undefined && (
        <Notice kind="error" title={standingWords(it)}>
          <p>
            It ended by {error}. {cause !== undefined && <span className="aside">{cause}</span>}
          </p>
          <p>
            <a href={runbook("ExecutionsFailed")}>What to do about it</a>
          </p>
        </Notice>
      )}
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <Standing execution={it} />
        </dd>
        <dt>Library</dt>
        <dd>{library === undefined ? "Unknown: its name is not one of ours" : nameOf(library)}</dd>
        {library !== undefined && subject !== undefined && (
          <>
            <dt>Job</dt>
            <dd>
              <Link href={jobPath(library, subject)}>The {subjectName(subject)}</Link>{" "}
              <span className="aside">{subject}</span>
            </dd>
          </>
        )}
        <dt>Began</dt>
        <dd>{instantText(startedAt, undefined)}</dd>
        <dt>{stoppedAt === undefined ? "At work" : "Took"}</dt>
        <dd>{stoppedAt === undefined ? forHowLong(startedAt) : lasted(startedAt, stoppedAt)}</dd>
        {mapRun !== undefined && (
          <>
            <dt>Chunks</dt>
            <dd>{chunksSentence(mapRun)}</dd>
          </>
        )}
        <dt>Name</dt>
        <dd>
          <span className="aside">{it.name}</span>
        </dd>
        <dt>In AWS</dt>
        <dd>
          <a href={it.consoleUrl}>Its page in the Step Functions console</a>
        </dd>
      </dl>
    </>
  );
}

/** Says how far it is, and once how it ended. */
function useSpokenExecution(execution: ExecutionDetailAnswer | undefined): void {
  const before = useRef<ExecutionDetailAnswer>(undefined);
  useEffect(() => {
    const last = before.current;
    before.current = execution;
    if (execution === undefined || last === undefined || last.name !== execution.name) return;
    if (last.status !== execution.status) announce(`The execution has ended: ${standingWords(execution)}.`);
    else if (execution.mapRun !== undefined && execution.mapRun.succeeded !== last.mapRun?.succeeded) {
      announceProgress(`${chunksSentence(execution.mapRun)}.`);
    }
  }, [execution]);
}
