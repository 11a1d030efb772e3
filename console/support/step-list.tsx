import type { ExecutionAnswer } from "#contract/support";
import type { Step } from "#domain/support/steps";
import { StateTag } from "../controls/state-tag.tsx";
import { counted, instantText } from "../words/format.ts";
import { chunksSentence, forHowLong, lasted, stateWords } from "./words.ts";

const statusWords = { RUNNING: "Running", SUCCEEDED: "Done", FAILED: "Failed" } as const;

interface Props {
  readonly steps: readonly Step[];
  readonly mapRun: ExecutionAnswer["mapRun"];
}

/** The steps in their order, each with how it stands, how long it took and how often it was tried. */
export function StepList({ steps, mapRun }: Props) {
  if (steps.length === 0) return <p>It has not started its first step.</p>;
  return (
    <ol className="things" aria-label="Steps, in order">
      {steps.map((step) => (
        <li key={`${step.state} ${step.startedAt}`}>
          <strong>{stateWords(step.state)}</strong>{" "}
          {step.status === "SUCCEEDED" && step.state === "Chunks" && (mapRun?.failed ?? 0) > 0 ? (
            <StateTag status="FAILED" word="Done, but chunks failed" />
          ) : (
            <StateTag status={step.status} word={statusWords[step.status]} />
          )}
          <p>{sentence(step, mapRun)}</p>
          {step.error !== undefined && (
            <p>
              {step.status === "SUCCEEDED" ? "An earlier try ended with" : "It ended with"} {step.error}.{" "}
              {step.cause !== undefined && <span className="aside">{step.cause}</span>}
            </p>
          )}
          <p className="aside">
            {step.state}, {instantText(step.startedAt, undefined)}
          </p>
        </li>
      ))}
    </ol>
  );
}

function sentence({ state, startedAt, stoppedAt, tries }: Step, mapRun: Props["mapRun"]): string {
  const time = stoppedAt === undefined ? `Running ${forHowLong(startedAt)}` : `Took ${lasted(startedAt, stoppedAt)}`;
  const again = tries > 1 ? `, in ${counted(tries, "try", "tries")}` : "";
  const chunks = state === "Chunks" && mapRun !== undefined ? `. ${chunksSentence(mapRun)}` : "";
  return `${time}${again}${chunks}.`;
}
