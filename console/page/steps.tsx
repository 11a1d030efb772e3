const steps = ["Patrons", "Results", "Batch update", "Review", "Process"] as const;
export type Step = (typeof steps)[number];

interface Props {
  readonly current: Step;
  /** The current step, the last one, is behind the person too. */
  readonly isDone?: boolean;
  readonly isChanged?: boolean;
}

/** Where a person is in the job, and before PROCESS the sentence that counts most. */
export function Steps({ current, isDone = false, isChanged = false }: Props) {
  const here = steps.indexOf(current);
  const at = isDone ? here + 1 : here;
  return (
    <div className="steps">
      <nav aria-label="Steps of the job">
        <ol className="usa-step-indicator__segments">
          {steps.map((step, n) => (
            <li
              key={step}
              className={`usa-step-indicator__segment ${stateClass(n, at)}`}
              aria-current={n === at ? "step" : undefined}
            >
              <span className="usa-step-indicator__segment-label">
                {n < at ? (
                  <svg
                    className="step-done"
                    viewBox="0 0 16 16"
                    width="14"
                    height="14"
                    aria-hidden="true"
                    focusable="false"
                  >
                    <path d="M6 12.5L1.5 8 3 6.5l3 3 7-7L14.5 4z" />
                  </svg>
                ) : (
                  <span className="step-number">{n + 1}.</span>
                )}{" "}
                {step}
                {n < at && <span className="usa-sr-only"> (done)</span>}
              </span>
            </li>
          ))}
        </ol>
        {/* In a narrow window the list has no room for its words; they are there for who listens. */}
        <p className="step-now" aria-hidden="true">
          Step {here + 1} of {steps.length}: {current}
          {isDone && ", done"}
        </p>
      </nav>
      {!isChanged && <p className="nothing-changed">Nothing has been changed yet.</p>}
    </div>
  );
}

function stateClass(step: number, current: number): string {
  if (step < current) return "usa-step-indicator__segment--complete";
  return step === current ? "usa-step-indicator__segment--current" : "";
}
