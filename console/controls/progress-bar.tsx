import { useId } from "react";
import { amount } from "../words/format.ts";

interface Props {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  /** What is counted, such as "patrons". */
  readonly unit: string;
}

/** How far something is, for eye and ear alike. Speaks only when looked at: changes are said by the announcer. */
export function ProgressBar({ name, done, total, unit }: Props) {
  const id = useId();
  const share = total === 0 ? 0 : Math.min(1, done / total);
  const words = total === 0 ? "Starting" : `${amount(done)} of ${amount(total)} ${unit}`;
  return (
    <div className="progress">
      <div className="progress-words">
        <span id={id} className="progress-name">
          {name}
        </span>
        <span>{words}</span>
      </div>
      <div
        className="progress-track"
        role="progressbar"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={Math.max(total, 1)}
        aria-valuenow={Math.min(done, Math.max(total, 1))}
        aria-valuetext={words}
      >
        <div className="progress-fill" style={{ inlineSize: `${share * 100}%` }} />
      </div>
    </div>
  );
}
