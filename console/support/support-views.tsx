import { Route, Switch } from "wouter";
import { NoSuchPage } from "../page/no-such-page.tsx";
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
      <Route component={NoSuchPage} />
    </Switch>
  );
}
