import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { PatronId } from "#domain/ids";
import type { Library } from "#domain/library";
import { libraryQuery, meQuery } from "../api/library.ts";
import { type HistoryEntry, historyQuery } from "../api/patrons.ts";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { useList } from "../controls/use-list.ts";
import { views } from "../views.ts";
import { distinctName } from "../words/distinct-name.ts";
import { counted, instantText } from "../words/format.ts";
import { changeInWords, didInWords } from "./history-in-words.ts";

/** What was done to a patron's records, newest first, each told in a sentence that leads to what did it. */
export function History({ patronId }: { patronId: PatronId }) {
  const list = useList("history", []);
  const history = useQuery(historyQuery(patronId, list.request));
  const library = useQuery(libraryQuery()).data;
  const mayAudit = useQuery(meQuery()).data?.roles.some((role) => role !== "staff") === true;
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <Loaded from={history}>
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? (
              <p className="empty">
                No change is on record. What a batch update changed is deleted
                {library === undefined
                  ? " after a time"
                  : ` ${counted(library.retentionDays, "day", "days")} after it ends`}
                .
              </p>
            ) : (
              <ol className="story" aria-label="What was changed, newest first">
                {items.map((entry) => (
                  <Entry
                    key={`${entry.batchUpdateId ?? entry.importId} ${entry.processedAt} ${entry.medium}`}
                    entry={entry}
                    names={items.map((it) => didInWords(it).name)}
                    library={library}
                  />
                ))}
              </ol>
            )}
            {(nextCursor !== undefined || list.page > 1) && (
              <Pager
                of="the history"
                list={list}
                shown={items.length}
                nextCursor={nextCursor}
                isStale={history.isPlaceholderData}
              />
            )}
          </>
        )}
      </Loaded>
      {mayAudit && (
        <p className="aside">
          What else was done is in the <Link href={`${views.audit}?audit.subject=patrons/${patronId}`}>audit</Link>.
        </p>
      )}
    </section>
  );
}

interface EntryProps {
  readonly entry: HistoryEntry;
  /** What the entries that are shown call what did them. */
  readonly names: readonly string[];
  readonly library: Library | undefined;
}

function Entry({ entry, names, library }: EntryProps) {
  const { batchUpdateId, importId, processedAt, processedBy, changes } = entry;
  const job = batchUpdateId === undefined ? importId && `/imports/${importId}` : `/batch-updates/${batchUpdateId}`;
  const { before, name, after } = didInWords(entry);
  return (
    <li>
      <p>
        {before}
        {job !== undefined && (
          <>
            {" "}
            <Link href={job}>{distinctName(name, batchUpdateId ?? importId ?? "", names)}</Link> {after}
          </>
        )}
      </p>
      {changes.length > 0 && (
        <ul>
          {changes.map((change) => (
            <li key={change.field}>{changeInWords(change, library)}</li>
          ))}
        </ul>
      )}
      <p className="aside">
        {processedAt !== undefined && instantText(processedAt, library?.timeZone)}
        {processedBy !== undefined && `, by ${processedBy}`}
      </p>
    </li>
  );
}
