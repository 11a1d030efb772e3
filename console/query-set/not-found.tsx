import { useQuery } from "@tanstack/react-query";
import { notFoundQuery } from "../api/query-sets.ts";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { Pager } from "../controls/pager.tsx";
import { useList } from "../controls/use-list.ts";
import { counted } from "../words/format.ts";

/** The ids of the list that belong to no patron, by value. */
export function NotFound({ querySetId, count }: { querySetId: string; count: number }) {
  const list = useList("not-found", []);
  const ids = useQuery(notFoundQuery(querySetId, list.request));
  return (
    <Notice kind="warning" title={`${counted(count, "ID was", "IDs were")} not found`}>
      <details className="more">
        <summary>Show the IDs that were not found</summary>
        <Loaded from={ids}>
          {({ items, nextCursor }) => (
            <>
              <ul className="ids">
                {items.map(({ patronId }) => (
                  <li key={patronId}>{patronId}</li>
                ))}
              </ul>
              {items.some(({ patronId }) => /[a-z]/.test(patronId)) && (
                <p>Capital letters count in an ID: p001802 is not P001802.</p>
              )}
              <Pager
                of="IDs not found"
                list={list}
                shown={items.length}
                nextCursor={nextCursor}
                isStale={ids.isPlaceholderData}
              />
            </>
          )}
        </Loaded>
      </details>
    </Notice>
  );
}
