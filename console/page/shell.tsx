import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { defaultIdleMinutes } from "#domain/idle";
import { waitingQuery } from "../api/batch-updates.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { ChangeLibrary } from "../libraries/change-library.tsx";
import { IdleWatch } from "../session/idle-watch.tsx";
import { errand, renewBeforeLong, signOut, takeBegun } from "../session/session.ts";
import { ShortcutKeys } from "../shortcuts/shortcut-keys.tsx";
import { views } from "../views.ts";
import { announceAct } from "./announcer.ts";
import { ConnectionNotice } from "./connection-notice.tsx";
import { LiveRegion } from "./live-region.tsx";
import { MainMenu } from "./main-menu.tsx";
import { isGoingOn } from "./page-heading.tsx";

/** Holds the place of a name that is on its way, so that nothing below jumps when it comes. */
const blank = "\u00a0";

/** What surrounds every view: the way past the navigation, who is signed in, where to go, and the live region. */
export function Shell({ children }: { children: ReactNode }) {
  const [pathname] = useLocation();
  const me = useQuery(meQuery());
  const belongs = me.data?.library !== undefined || errand() !== undefined;
  const mayBelong = belongs || me.data === undefined;
  const library = useQuery({ ...libraryQuery(), enabled: belongs });
  const isSettled = library.data !== undefined || (me.data !== undefined && !belongs);
  const idleMinutes = isSettled ? (library.data?.idleMinutes ?? defaultIdleMinutes) : undefined;
  const roles = me.data?.roles ?? [];
  const isSupport = roles.includes("support");
  const waits = useQuery({ ...waitingQuery(), enabled: roles.includes("administrator") });
  const waiting = waits.data?.items.length ?? 0;
  const [hasBegun] = useState(() => {
    const begun = takeBegun();
    if (begun) isGoingOn();
    return begun;
  });
  const workplace = hasBegun ? library.data?.name : undefined;
  useEffect(() => {
    if (workplace !== undefined) announceAct(`You are working in ${workplace}.`);
  }, [workplace]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: going to another view is the moment to renew
  useEffect(() => {
    // Without a connection the next request says so; here is nothing to tell.
    renewBeforeLong().catch(() => {});
  }, [pathname]);
  return (
    <>
      <a className="usa-skipnav" href="#main">
        Skip to the main content
      </a>
      <header className="header">
        <div className="header-inner">
          <p className="product">
            <Link href={views.home}>Batch Update Patron Profiles</Link>
            {mayBelong && <span className="product-library">{library.data?.name ?? blank}</span>}
          </p>
          {me.data === undefined ? (
            <div className="who">{blank}</div>
          ) : (
            <div className="who">
              <span>
                <span className="usa-sr-only">Signed in as </span>
                {me.data.name}
              </span>
              {isSupport && <ChangeLibrary />}
              <button type="button" className="usa-button usa-button--unstyled" onClick={() => void signOut()}>
                Sign out
              </button>
            </div>
          )}
        </div>
        <MainMenu roles={me.isPending ? undefined : roles} waiting={waiting} />
      </header>
      <main id="main" tabIndex={-1}>
        <ConnectionNotice />
        {children}
      </main>
      <footer className="footer">
        <p>Every batch update is recorded, and can be undone until its time limit passes.</p>
        <p>
          <a href="/docs/">Help</a> <a href="/docs/glossary">Glossary</a> <ShortcutKeys />
        </p>
      </footer>
      <LiveRegion />
      {me.data !== undefined && <IdleWatch idleMinutes={idleMinutes} />}
    </>
  );
}
