import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { DeadLetterAnswer } from "#contract/dead-letters";
import { deadLettersQuery } from "../api/support.ts";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { counted, instantText } from "../words/format.ts";
import { ActButton } from "./act-button.tsx";
import { dropAct, redriveAct } from "./acts.ts";
import { jobPath } from "./paths.ts";
import { useLibraryNames } from "./use-library-names.ts";
import { useSupportActs } from "./use-support-acts.tsx";
import { runbook } from "./words.ts";

/** Messages that were given up: to read, to send once more, to delete. */
export function DeadLettersPage() {
  const letters = useQuery(deadLettersQuery());
  const nameOf = useLibraryNames();
  const { begin, view } = useSupportActs();
  return (
    <>
      <p>
        <Link href={views.support}>Support</Link>
      </p>
      <PageHeading intro="Each either asked for service queues to be filled or came from outside, and failed on every try. Reading them hides none of them.">
        Messages given up
      </PageHeading>
      {view}
      <p>
        <a href={runbook("DEAD_LETTER")}>What to do with them</a>
      </p>
      <Loaded from={letters}>
        {({ items, complete }) => (
          <>
            {!complete && (
              <Notice kind="info">
                There may be more than are shown. They appear as these are sent again or deleted.
              </Notice>
            )}
            {items.length === 0 && <p>No messages were given up.</p>}
            {items.length > 1 && (
              <div className="actions">
                <ActButton act={{ ...redriveAct(undefined), of: "all messages" }} begin={begin} />
                <ActButton act={{ ...dropAct(undefined), of: "all messages" }} begin={begin} />
              </div>
            )}
            <ul className="things" aria-label="Messages given up">
              {items.map((letter) => (
                <li key={letter.messageId}>
                  <Letter letter={letter} nameOf={nameOf} />
                  <div className="row-acts">
                    {letter.patrons !== undefined && <ActButton act={redriveAct([letter.messageId])} begin={begin} />}
                    <ActButton act={dropAct([letter.messageId])} begin={begin} />
                  </div>
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </>
  );
}

function Letter({ letter, nameOf }: { letter: DeadLetterAnswer; nameOf: (library: string) => string }) {
  const { library, batchUpdateId, patrons, sentAt, body, messageId } = letter;
  return (
    <>
      <h2>
        {library === undefined || patrons === undefined
          ? "Not one of ours"
          : `${counted(patrons, "service queue", "service queues")} of ${nameOf(library)}`}
      </h2>
      <p>
        Sent {instantText(sentAt, undefined)}, given up after all its tries.{" "}
        {library !== undefined && batchUpdateId !== undefined && (
          <Link href={jobPath(library, `batch-updates/${batchUpdateId}`)}>
            Its batch update<span className="usa-sr-only"> {batchUpdateId}</span>
          </Link>
        )}
      </p>
      <details className="more">
        <summary>What it says</summary>
        <pre className="log">{body}</pre>
      </details>
      <p className="aside">{messageId}</p>
    </>
  );
}
