import type { UseQueryResult } from "@tanstack/react-query";
import { type Column, DataTable } from "../controls/data-table.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import type { ListState } from "../controls/use-list.ts";

interface Props<Line> {
  readonly caption: string;
  /** What its pages are of, such as `the plan`. */
  readonly of: string;
  readonly list: ListState<string>;
  readonly lines: UseQueryResult<{ readonly items: readonly Line[]; readonly nextCursor?: string | undefined }>;
  /** Rows on all pages together, where that is known. */
  readonly total: number | undefined;
  /** Whose details stand beside the table. */
  readonly current: string | undefined;
  readonly columns: (items: readonly Line[]) => readonly [Column<Line>, ...Column<Line>[]];
}

/** A page of what is, or was, to become of each patron, and the way to the others. */
export function LinesTable<Line extends { readonly patronId: string }>(props: Props<Line>) {
  const { caption, of, list, lines, total, current, columns } = props;
  return (
    <Loaded from={lines}>
      {({ items, nextCursor }) => (
        <>
          <DataTable
            caption={caption}
            rows={items}
            rowKey={({ patronId }) => patronId}
            empty={list.isNarrowed ? "No patrons match these filters." : "There are no patrons."}
            isStale={lines.isPlaceholderData}
            isCurrent={({ patronId }) => patronId === current}
            columns={columns(items)}
          />
          <Pager
            of={of}
            list={list}
            shown={items.length}
            total={total}
            nextCursor={nextCursor}
            isStale={lines.isPlaceholderData}
          />
        </>
      )}
    </Loaded>
  );
}
