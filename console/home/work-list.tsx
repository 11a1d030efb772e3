import type { ReactNode } from "react";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { countErrors, countWritten, patronsToWrite } from "#domain/batch-update/counts";
import type { Library } from "#domain/library";
import { Standing } from "../batch-update/standing.tsx";
import { titleAmong } from "../batch-update/title.ts";
import { changesInWords } from "../words/changes-in-words.ts";
import { amount, counted, instantText, patrons, untilText } from "../words/format.ts";

interface Props {
  readonly id: string;
  readonly title: string;
  readonly items: readonly BatchUpdateAnswer[];
  /** All that the page shows: equal titles among them carry the ID. */
  readonly among: readonly BatchUpdateAnswer[];
  readonly library: Library | undefined;
  /** Items of another kind, after these. */
  readonly children?: ReactNode;
}

/** Batch updates that have one thing in common: each with where it stands and what is next. */
export function WorkList({ id, title, items, among, library, children }: Props) {
  const timeZone = library?.timeZone;
  return (
    <section aria-labelledby={id} className={`work work-${id}`}>
      <h2 id={id}>{title}</h2>
      <ul className="work-items">
        {items.map((it) => (
          <li key={it.batchUpdateId}>
            <div className="work-title">
              <Link href={`/batch-updates/${it.batchUpdateId}`}>{titleAmong(it, among)}</Link>
              <div className="aside">{it.searchStatement}</div>
              {it.changes !== undefined && it.nightlyDebug !== undefined && (
                <div className="aside whole">{changesInWords(it.changes, it.nightlyDebug, library).join(" ")}</div>
              )}
              <div className="aside">
                by {it.createdBy}, {instantText(it.createdAt, timeZone)}
              </div>
            </div>
            <div>
              <Standing batchUpdate={it} timeZone={timeZone} />
            </div>
            <div className="work-more">{moreOf(it, timeZone)}</div>
          </li>
        ))}
        {children}
      </ul>
    </section>
  );
}

/** What somebody wants to know of it beside its state. */
function moreOf(it: BatchUpdateAnswer, timeZone: string | undefined): string {
  const { status, plan, counts, progress, handover, returned, processAt, finishedAt } = it;
  if (status === "READY") {
    const note = handover?.note ?? returned?.note;
    return `${patrons(patronsToWrite(plan))} would change${note === undefined ? "" : `. “${note}”`}`;
  }
  if (status === "SCHEDULED" && processAt !== undefined) return untilText(processAt);
  if (finishedAt === undefined) {
    if (progress.waiting === true) return "Waiting in line";
    return progress.total === 0 ? "Starting" : `${amount(progress.done)} of ${patrons(progress.total)}`;
  }
  const when = instantText(finishedAt, timeZone);
  if (counts === undefined) return `${when}: nothing was changed`;
  const left = countErrors(counts);
  return `${when}: ${patrons(countWritten(counts))} changed${left === 0 ? "" : `, ${counted(left, "was", "were")} not`}`;
}
