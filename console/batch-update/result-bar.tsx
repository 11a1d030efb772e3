import type { ReactNode } from "react";
import { countWritten, type OutcomeCounts } from "#domain/batch-update/counts";
import { amount, patrons } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { outcomeParts } from "./parts.ts";
import { Workbar } from "./workbar.tsx";

/** What became of everybody in one line, with what can be done next. */
export function ResultBar({ counts, children }: { counts: OutcomeCounts; children?: ReactNode }) {
  const others = outcomeParts(counts)
    .filter(({ code }) => !["UPDATED", "CREATED", "REMOVED"].includes(code))
    .map(({ code, count }) => `${amount(count)} ${label(code).toLowerCase()}`);
  return (
    <Workbar name="The result at a glance">
      <p className="workbar-count">
        <strong>{patrons(countWritten(counts))}</strong> changed
        <span className="workbar-more">
          {" "}
          out of {amount(counts.total)}
          {others.length > 0 && `: ${others.join(", ")}`}
        </span>
      </p>
      {children}
    </Workbar>
  );
}
