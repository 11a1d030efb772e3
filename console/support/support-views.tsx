import { Route, Switch } from "wouter";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { DeadLettersPage } from "./dead-letters-page.tsx";
import { ExecutionPage } from "./execution-page.tsx";
import { ExecutionsPage } from "./executions-page.tsx";
import { JobPage } from "./job-page.tsx";
import { KeystoneAuditPage } from "./keystone-audit-page.tsx";
import { SupportPage } from "./support-page.tsx";

/** Everything under Support. Nobody else loads it. */
export function SupportViews() {
  return (
    <Switch>
      <Route path={views.support} component={SupportPage} />
      <Route path={views.executions} component={ExecutionsPage} />
      <Route path={views.execution}>{({ name }) => <ExecutionPage key={name} name={name} />}</Route>
      <Route path={views.deadLetters} component={DeadLettersPage} />
      <Route path={views.supportJob}>
        {({ library, kind, id }) => <JobPage key={`${library}/${kind}/${id}`} library={library} kind={kind} id={id} />}
      </Route>
      <Route path={views.keystoneAudit} component={KeystoneAuditPage} />
      <Route>
        <PageHeading intro="The address may be mistyped, or the page was moved. Nothing has been changed.">
          This page does not exist
        </PageHeading>
      </Route>
    </Switch>
  );
}
