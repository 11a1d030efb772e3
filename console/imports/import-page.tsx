import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { ImportAnswer } from "../api/imports.ts";
import { importQuery } from "../api/imports.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { isMissing } from "../api/problem.ts";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { ProgressBar } from "../controls/progress-bar.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { useSpokenEnd } from "../controls/use-spoken-end.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { amount, instantText } from "../words/format.ts";
import { AwaitingFile, ImportAfterCheck } from "./next-act.tsx";
import { Rejected } from "./rejected.tsx";
import { endInWords, nameOf } from "./words.ts";

/** One import, or one check of a file: how far it is, and what became of each line. */
export function ImportPage({ importId }: { importId: string }) {
  const found = useQuery(importQuery(importId));
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const mayImport = useQuery(meQuery()).data?.roles.includes("administrator") === true;
  useSpokenEnd(found.data?.status, () => (found.data === undefined ? "" : endSaid(found.data)));
  return (
    <>
      <p>
        <Link href="/imports">All imports</Link>
      </p>
      {found.error !== null && found.data === undefined && (
        <PageHeading>{isMissing(found.error) ? "Import not found" : "Import"}</PageHeading>
      )}
      <Loaded from={found}>
        {(it) => (
          <>
            <PageHeading
              title={it.finishedAt !== undefined ? `${nameOf(it)}: ${endInWords(it).replace(/\.$/, "")}` : undefined}
            >
              {nameOf(it)}
            </PageHeading>
            <p className="job-state">
              <StateTag status={it.status} />{" "}
              <span className="aside">
                {it.format.toUpperCase()}, made by {it.createdBy} on {instantText(it.createdAt, timeZone)}
                {it.finishedAt !== undefined && `, ended ${instantText(it.finishedAt, timeZone)}`}
              </span>
            </p>
            <State it={it} mayImport={mayImport} />
          </>
        )}
      </Loaded>
    </>
  );
}

/** What became of the file, as it is said when it ends. */
function endSaid(it: ImportAnswer): string {
  return `${it.status === "FAILED" ? "It failed" : "It is done"}. ${endInWords(it)}`;
}

function State({ it, mayImport }: { it: ImportAnswer; mayImport: boolean }) {
  switch (it.status) {
    case "AWAITING_UPLOAD":
      return <AwaitingFile importId={it.importId} mayImport={mayImport} />;
    case "RUNNING":
      return (
        <>
          <p>You can close this page. The work continues, and this address shows it again.</p>
          {it.progress.waiting === true && (
            <Notice kind="info">It waits in line: other jobs of your library are at work.</Notice>
          )}
          <ProgressBar
            name={it.dryRun === true ? "Checking lines" : "Importing lines"}
            done={it.progress.done}
            total={it.progress.total}
            unit="lines"
          />
        </>
      );
    case "FAILED":
      return (
        <>
          <Notice kind="error" title={it.dryRun === true ? "The file cannot be imported" : "The import failed"}>
            <p>{endInWords(it)}</p>
            <p>
              {it.counts.read === 0
                ? "No line of it came in."
                : "What came in before that stays. Import the file again: what is there already is found unchanged."}
            </p>
          </Notice>
          {mayImport && (
            <p>
              <Link href="/imports">Choose a file again</Link>
            </p>
          )}
        </>
      );
    default:
      return <Ended it={it} mayImport={mayImport} />;
  }
}

const countWords = [
  ["read", "Lines read"],
  ["created", "New"],
  ["replaced", "Replaced"],
  ["unchanged", "Unchanged"],
  ["rejected", "Rejected"],
] as const;

function Ended({ it, mayImport }: { it: ImportAnswer; mayImport: boolean }) {
  const { counts, dryRun } = it;
  return (
    <>
      <Notice kind={counts.rejected > 0 ? "warning" : "success"}>{endInWords(it)}</Notice>
      <dl
        className="counts"
        aria-label={dryRun === true ? "What would become of the lines" : "What became of the lines"}
      >
        {countWords.map(([name, words]) => (
          <div key={name} className={name === "read" ? "count-main" : undefined}>
            <dt>{words}</dt>
            <dd>{amount(counts[name])}</dd>
          </div>
        ))}
      </dl>
      {dryRun === true && mayImport && <ImportAfterCheck it={it} />}
      {counts.rejected > 0 && <Rejected it={it} />}
    </>
  );
}
