import { useState } from "react";
import { Failure } from "../controls/failure.tsx";
import { Notice } from "../controls/notice.tsx";
import { signIn } from "../session/session.ts";
import { PageHeading } from "./page-heading.tsx";

interface Props {
  readonly returnTo: string;
  readonly reason: string | undefined;
  readonly wasIdle: boolean;
}

/** Shown where nobody is signed in. Comes back to the very view that was asked for. */
export function SignInPage({ returnTo, reason, wasIdle }: Props) {
  const [failure, setFailure] = useState<Error>();
  return (
    <>
      <header className="header">
        <div className="header-inner">
          <p className="product">Batch Update Patron Profiles</p>
        </div>
      </header>
      <main id="main" className="sign-in">
        <PageHeading intro="Change many patron profiles at once: reviewed first, each patron exactly once, and undone if needed.">
          Sign in
        </PageHeading>
        {wasIdle && (
          <Notice kind="info" title="You were signed out">
            There was no activity for a while. Anything being processed continues.
          </Notice>
        )}
        {reason !== undefined && (
          <Notice kind="error" title="Sign-in did not work">
            <p>{reason}</p>
            <p>Nothing has been changed. Please try again.</p>
          </Notice>
        )}
        {failure !== undefined && <Failure error={failure} didAct={false} />}
        <ol className="ways">
          <li>
            <span>
              <strong>Find patrons</strong> by conditions or a list, and look at each of them.
            </span>
          </li>
          <li>
            <span>
              <strong>Review every change</strong> before anything is written.
            </span>
          </li>
          <li>
            <span>
              <strong>Process</strong>, follow it, and undo it if you need to.
            </span>
          </li>
        </ol>
        <p>You will go to your library’s sign-in page and come back here.</p>
        <button
          type="button"
          className="usa-button usa-button--big"
          onClick={() => signIn(returnTo).catch((error: Error) => setFailure(error))}
        >
          Sign in
        </button>
      </main>
    </>
  );
}
