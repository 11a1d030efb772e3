import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { importsQuery } from "../api/imports.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { ImportsTable } from "./imports-table.tsx";
import { NewImportForm } from "./new-import-form.tsx";
import { Templates } from "./templates.tsx";

/** How records come in: a file is sent and checked or imported; what came in before. */
export function ImportsPage() {
  const list = useList("imports", []);
  const found = useQuery({ ...importsQuery(list.request), placeholderData: keepPreviousData });
  const library = useQuery(libraryQuery());
  const mayImport = useQuery(meQuery()).data?.roles.includes("administrator") === true;
  return (
    <>
      <PageHeading intro="Patrons and titles come in as files. Import titles first: what patrons have asked for is counted by them.">
        Imports
      </PageHeading>
      {mayImport && (
        <div className="imports-begin">
          <NewImportForm />
          <Loaded from={library}>{(it) => <Templates library={it} />}</Loaded>
        </div>
      )}
      <Loaded from={found}>
        {({ items, nextCursor }) => (
          <>
            <ImportsTable
              items={items}
              empty={
                mayImport
                  ? "Nothing has been imported yet. Send the first file above."
                  : "Nothing has been imported yet."
              }
              isStale={found.isPlaceholderData}
              timeZone={library.data?.timeZone}
            />
            <Pager
              of="the imports"
              list={list}
              shown={items.length}
              nextCursor={nextCursor}
              isStale={found.isPlaceholderData}
            />
          </>
        )}
      </Loaded>
    </>
  );
}
