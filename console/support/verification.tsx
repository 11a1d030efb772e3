import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { BatchUpdateId } from "#domain/ids";
import { verifyQuery } from "../api/support.ts";
import { Failure } from "../controls/failure.tsx";
import { Notice } from "../controls/notice.tsx";
import { ProgressBar } from "../controls/progress-bar.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { announce, announceProgress } from "../page/announcer.ts";
import { amount, counted } from "../words/format.ts";
import { ActButton } from "./act-button.tsx";
import { reportAct } from "./acts.ts";
import type { SupportAct } from "./support-act.ts";
import { checkWords, runbook } from "./words.ts";

interface Props {
  readonly library: string;
  readonly batchUpdateId: BatchUpdateId;
  readonly begin: (act: SupportAct) => void;
}

/** What is made of the outcomes, and can be made once more. */
const ofTheReport = ["index", "report", "errors"];

/** Counts records, outcomes, report and digest against each other, and says where they differ. */
export function Verification({ library, batchUpdateId, begin }: Props) {
  const [turn, setTurn] = useState(0);
  const verification = useQuery(verifyQuery(library, batchUpdateId, turn));
  const { data, error, isFetching } = verification;
  const isCounting = turn > 0 && (data === undefined ? isFetching : data.status === "RUNNING");
  const wrong = data?.checks?.filter(({ ok }) => !ok).length ?? 0;
  const done = data?.progress?.done;
  useEffect(() => {
    if (data?.status === "DONE") {
      announce(data.ok === true ? "All numbers agree." : `${counted(wrong, "check does", "checks do")} not agree.`);
    }
  }, [data?.status, data?.ok, wrong]);
  useEffect(() => {
    if (done !== undefined) announceProgress(`${amount(done)} patrons counted.`);
  }, [done]);
  return (
    <section aria-labelledby="numbers">
      <h2 id="numbers">Do its numbers agree?</h2>
      <p>
        The records, outcomes, report, and plan are counted again and compared. Nothing is changed. What others have
        written since is listed, and is not an error.
      </p>
      {error !== null && <Failure error={error} didAct={false} />}
      <div className="actions">
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={isCounting}
          onClick={() => isCounting || setTurn(turn + 1)}
        >
          {isCounting ? "Counting …" : turn === 0 ? "Check the numbers" : "Check them again"}
        </button>
      </div>
      {data?.status === "RUNNING" && data.progress !== undefined && (
        <ProgressBar name="Counting" done={data.progress.done} total={data.progress.total} unit="patrons" />
      )}
      {data?.checks !== undefined && (
        <>
          <Notice
            kind={data.ok === true ? "success" : "error"}
            title={data.ok === true ? "All numbers agree" : `${counted(wrong, "check does", "checks do")} not agree`}
          >
            {data.ok === true ? (
              <p>What the report says is what the records hold.</p>
            ) : (
              <>
                <p>
                  <a href={runbook("numbers-that-do-not-match")}>What to do about it</a>
                </p>
                {data.checks.some(({ name, ok }) => !ok && ofTheReport.includes(name)) && (
                  <ActButton act={reportAct(batchUpdateId)} begin={begin} />
                )}
              </>
            )}
          </Notice>
          <ul className="things" aria-label="Checks">
            {data.checks.map(({ name, ok, detail }) => (
              <li key={name}>
                <strong>{checkWords[name] ?? name}</strong>{" "}
                <StateTag status={ok ? "SUCCEEDED" : "FAILED"} word={ok ? "Agrees" : "Does not agree"} />
                <p>{detail}</p>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
