import { useQuery } from "@tanstack/react-query";
import { lazy, useState } from "react";
import { Redirect, Route, Switch } from "wouter";
import { batchUpdateIdSchema, keptPatronIdSchema } from "#domain/ids";
import { meQuery } from "./api/library.ts";
import { Loaded } from "./controls/loading.tsx";
import { Notice } from "./controls/notice.tsx";
import { NoSuchPage } from "./page/no-such-page.tsx";
import { focusHeading } from "./page/page-heading.tsx";
import { Parts } from "./page/parts.tsx";
import { Shell } from "./page/shell.tsx";
import { errand, takeInterruption } from "./session/session.ts";
import { views } from "./views.ts";

const AuditPage = lazy(async () => ({ default: (await import("./audit/audit-page.tsx")).AuditPage }));
const BatchUpdatePage = lazy(async () => ({
  default: (await import("./batch-update/batch-update-page.tsx")).BatchUpdatePage,
}));
const BatchUpdatesPage = lazy(async () => ({
  default: (await import("./batch-update/batch-updates-page.tsx")).BatchUpdatesPage,
}));
const NewBatchUpdatePage = lazy(async () => ({
  default: (await import("./batch-update/new-batch-update-page.tsx")).NewBatchUpdatePage,
}));
const ClientsPage = lazy(async () => ({ default: (await import("./clients/clients-page.tsx")).ClientsPage }));
const ErasurePage = lazy(async () => ({ default: (await import("./erasure/erasure-page.tsx")).ErasurePage }));
const ErasuresPage = lazy(async () => ({ default: (await import("./erasure/erasures-page.tsx")).ErasuresPage }));
const ExportsPage = lazy(async () => ({ default: (await import("./exports/exports-page.tsx")).ExportsPage }));
const HomePage = lazy(async () => ({ default: (await import("./home/home-page.tsx")).HomePage }));
const ImportPage = lazy(async () => ({ default: (await import("./imports/import-page.tsx")).ImportPage }));
const ImportsPage = lazy(async () => ({ default: (await import("./imports/imports-page.tsx")).ImportsPage }));
const LibrariesPage = lazy(async () => ({ default: (await import("./libraries/libraries-page.tsx")).LibrariesPage }));
const LibraryExportPage = lazy(async () => ({
  default: (await import("./libraries/library-export-page.tsx")).LibraryExportPage,
}));
const NewLibraryPage = lazy(async () => ({
  default: (await import("./libraries/new-library-page.tsx")).NewLibraryPage,
}));
const LibraryPage = lazy(async () => ({ default: (await import("./library/library-page.tsx")).LibraryPage }));
const ChooseLibraryPage = lazy(async () => ({
  default: (await import("./page/choose-library-page.tsx")).ChooseLibraryPage,
}));
const ComparePage = lazy(async () => ({ default: (await import("./query-set/compare-page.tsx")).ComparePage }));
const RecipesPage = lazy(async () => ({ default: (await import("./recipe/recipes-page.tsx")).RecipesPage }));
const FindPatronPage = lazy(async () => ({ default: (await import("./patron/find-patron-page.tsx")).FindPatronPage }));
const PatronPage = lazy(async () => ({ default: (await import("./patron/patron-page.tsx")).PatronPage }));
const PeoplePage = lazy(async () => ({ default: (await import("./people/people-page.tsx")).PeoplePage }));
const QueryPage = lazy(async () => ({ default: (await import("./query/query-page.tsx")).QueryPage }));
const QuerySetPage = lazy(async () => ({ default: (await import("./query-set/query-set-page.tsx")).QuerySetPage }));
const QuerySetsPage = lazy(async () => ({ default: (await import("./query-set/query-sets-page.tsx")).QuerySetsPage }));
const SupportViews = lazy(async () => ({ default: (await import("./support/support-views.tsx")).SupportViews }));

export function App() {
  const [isInterrupted, setInterrupted] = useState(takeInterruption);
  const me = useQuery(meQuery());
  return (
    <Shell>
      {isInterrupted && (
        <Notice kind="warning" title="Your sign-in was renewed">
          <p>Your last request was not sent and changed nothing. Please try it again.</p>
          <button
            type="button"
            className="usa-button usa-button--outline"
            onClick={() => {
              setInterrupted(false);
              focusHeading();
            }}
          >
            OK
          </button>
        </Notice>
      )}
      <Loaded from={me}>
        {({ library: own, roles }) => (
          <Parts>
            {own === undefined && errand() === undefined ? (
              <ViewsOfNoLibrary />
            ) : (
              <Views isSupport={roles.includes("support")} />
            )}
          </Parts>
        )}
      </Loaded>
    </Shell>
  );
}

const libraryExport = (
  <Route path={views.libraryExport}>
    {({ library, exportId }) => <LibraryExportPage key={exportId} library={library} exportId={exportId} />}
  </Route>
);

/** What support sees before it has said in which library it works. */
function ViewsOfNoLibrary() {
  return (
    <Switch>
      <Route path={views.home}>
        <Redirect to={views.support} replace />
      </Route>
      <Route path={`${views.support}/*?`} component={SupportViews} />
      <Route path={views.libraries} component={LibrariesPage} />
      <Route path={views.newLibrary} component={NewLibraryPage} />
      {libraryExport}
      <Route component={ChooseLibraryPage} />
    </Switch>
  );
}

/** Support begins with what needs it, everyone else with what waits for them. */
function Views({ isSupport }: { isSupport: boolean }) {
  return (
    <Switch>
      <Route path={views.home}>{isSupport ? <Redirect to={views.support} replace /> : <HomePage />}</Route>
      <Route path={`${views.support}/*?`} component={SupportViews} />
      <Route path={views.query} component={QueryPage} />
      <Route path={views.findPatron} component={FindPatronPage} />
      <Route path={views.patron}>
        {({ patronId }) => <PatronPage key={patronId} patronId={keptPatronIdSchema.parse(patronId)} />}
      </Route>
      <Route path={views.querySets} component={QuerySetsPage} />
      <Route path={views.querySet}>
        {({ querySetId }) => <QuerySetPage key={querySetId} querySetId={querySetId} />}
      </Route>
      <Route path={views.newBatchUpdate}>
        {({ querySetId }) => <NewBatchUpdatePage key={querySetId} querySetId={querySetId} />}
      </Route>
      <Route path={views.compareQuerySets}>
        {({ querySetId, otherId }) => (
          <ComparePage key={`${querySetId} ${otherId}`} querySetId={querySetId} otherId={otherId} />
        )}
      </Route>
      <Route path={views.recipes} component={RecipesPage} />
      <Route path={views.batchUpdates} component={BatchUpdatesPage} />
      <Route path={views.batchUpdate}>
        {({ batchUpdateId }) => (
          <BatchUpdatePage key={batchUpdateId} batchUpdateId={batchUpdateIdSchema.parse(batchUpdateId)} />
        )}
      </Route>
      <Route path={views.imports} component={ImportsPage} />
      <Route path={views.import}>{({ importId }) => <ImportPage key={importId} importId={importId} />}</Route>
      <Route path={views.exports} component={ExportsPage} />
      <Route path={views.erasures} component={ErasuresPage} />
      <Route path={views.erasure}>{({ erasureId }) => <ErasurePage key={erasureId} erasureId={erasureId} />}</Route>
      <Route path={views.library} component={LibraryPage} />
      <Route path={views.audit} component={AuditPage} />
      <Route path={views.people} component={PeoplePage} />
      <Route path={views.clients} component={ClientsPage} />
      <Route path={views.libraries} component={LibrariesPage} />
      <Route path={views.newLibrary} component={NewLibraryPage} />
      {libraryExport}
      <Route component={NoSuchPage} />
    </Switch>
  );
}
