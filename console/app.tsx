import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Redirect, Route, Switch } from "wouter";
import { batchUpdateIdSchema, keptPatronIdSchema } from "#domain/ids";
import { meQuery } from "./api/library.ts";
import { AuditPage } from "./audit/audit-page.tsx";
import { BatchUpdatePage } from "./batch-update/batch-update-page.tsx";
import { BatchUpdatesPage } from "./batch-update/batch-updates-page.tsx";
import { NewBatchUpdatePage } from "./batch-update/new-batch-update-page.tsx";
import { ClientsPage } from "./clients/clients-page.tsx";
import { Loaded } from "./controls/loading.tsx";
import { Notice } from "./controls/notice.tsx";
import { LibrariesPage } from "./libraries/libraries-page.tsx";
import { NewLibraryPage } from "./libraries/new-library-page.tsx";
import { LibraryPage } from "./library/library-page.tsx";
import { ChooseLibraryPage } from "./page/choose-library-page.tsx";
import { PageHeading } from "./page/page-heading.tsx";
import { Shell } from "./page/shell.tsx";
import { FindPatronPage } from "./patron/find-patron-page.tsx";
import { PatronPage } from "./patron/patron-page.tsx";
import { PeoplePage } from "./people/people-page.tsx";
import { QueryPage } from "./query/query-page.tsx";
import { QuerySetPage } from "./query-set/query-set-page.tsx";
import { QuerySetsPage } from "./query-set/query-sets-page.tsx";
import { errand, takeInterruption } from "./session/session.ts";
import { views } from "./views.ts";

export function App() {
  const [isInterrupted, setInterrupted] = useState(takeInterruption);
  const me = useQuery(meQuery());
  return (
    <Shell>
      {isInterrupted && (
        <Notice kind="warning" title="Your sign-in was renewed">
          <p>What you last asked for was not sent, and nothing was changed by it. Please do it again.</p>
          <button type="button" className="usa-button usa-button--outline" onClick={() => setInterrupted(false)}>
            Understood
          </button>
        </Notice>
      )}
      <Loaded from={me}>
        {({ library: own }) => (own === undefined && errand() === undefined ? <ViewsOfNoLibrary /> : <Views />)}
      </Loaded>
    </Shell>
  );
}

/** What support sees before it has said in which library it works. */
function ViewsOfNoLibrary() {
  return (
    <Switch>
      <Route path={views.libraries} component={LibrariesPage} />
      <Route path={views.newLibrary} component={NewLibraryPage} />
      <Route component={ChooseLibraryPage} />
    </Switch>
  );
}

function Views() {
  return (
    <Switch>
      <Route path={views.home}>
        <Redirect to={views.query} replace />
      </Route>
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
      <Route path={views.batchUpdates} component={BatchUpdatesPage} />
      <Route path={views.batchUpdate}>
        {({ batchUpdateId }) => (
          <BatchUpdatePage key={batchUpdateId} batchUpdateId={batchUpdateIdSchema.parse(batchUpdateId)} />
        )}
      </Route>
      <Route path={views.library} component={LibraryPage} />
      <Route path={views.audit} component={AuditPage} />
      <Route path={views.people} component={PeoplePage} />
      <Route path={views.clients} component={ClientsPage} />
      <Route path={views.libraries} component={LibrariesPage} />
      <Route path={views.newLibrary} component={NewLibraryPage} />
      <Route>
        <PageHeading intro="The address may be mistyped, or the page was moved. Nothing has been changed.">
          This page does not exist
        </PageHeading>
      </Route>
    </Switch>
  );
}
