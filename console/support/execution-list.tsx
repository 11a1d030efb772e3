import { Link } from "wouter";
import type { ExecutionAnswer } from "#contract/support";
import { StateTag } from "../controls/state-tag.tsx";
import { instantText } from "../words/format.ts";
import { executionPath } from "./paths.ts";
import { chunksSentence, forHowLong, lasted, standingWords, workflowWords } from "./words.ts";

interface Props {
  readonly label: string;
  readonly items: readonly ExecutionAnswer[];
  readonly nameOf: (library: string) => string;
  readonly empty: string;
}

/** Executions, each in a sentence: as good to hear as to see. */
export function ExecutionList({ label, items, nameOf, empty }: Props) {
  if (items.length === 0) return <p>{empty}</p>;
  return (
    <ul className="things" aria-label={label}>
      {items.map((it) => (
        <li key={it.executionArn}>
          <Link href={executionPath(it.name)}>
            {workflowWords[it.workflow]}
            {it.library !== undefined && `, ${nameOf(it.library)}`}
          </Link>{" "}
          <Standing execution={it} />
          <p>{sentence(it)}</p>
          <p className="aside">{it.name}</p>
        </li>
      ))}
    </ul>
  );
}

/** How it stands. */
export function Standing({ execution }: { execution: Pick<ExecutionAnswer, "status" | "outcome"> }) {
  const { status, outcome } = execution;
  const shown = outcome === "CLEAN" ? "SUCCEEDED" : status === "RUNNING" ? "RUNNING" : "FAILED";
  return <StateTag status={shown} word={standingWords(execution)} />;
}

function sentence({ startedAt, stoppedAt, mapRun }: ExecutionAnswer): string {
  const chunks = mapRun === undefined ? "" : ` ${chunksSentence(mapRun)}.`;
  return stoppedAt === undefined
    ? `Running ${forHowLong(startedAt)}.${chunks}`
    : `Started ${instantText(startedAt, undefined)}, took ${lasted(startedAt, stoppedAt)}.${chunks}`;
}
