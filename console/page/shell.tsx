import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Link, useLocation } from "wouter";
import { defaultIdleMinutes } from "#domain/idle";
import type { Role } from "#domain/role";
import { waitingQuery } from "../api/batch-updates.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { ChangeLibrary } from "../libraries/change-library.tsx";
import { IdleWatch } from "../session/idle-watch.tsx";
import { errand, renewBeforeLong, signOut } from "../session/session.ts";
import { views } from "../views.ts";
import { ConnectionNotice } from "./connection-notice.tsx";
import { LiveRegion } from "./live-region.tsx";

interface Place {
  readonly href: string;
  readonly text: string;
  /** Absent where everyone may look. */
  readonly roles?: readonly Role[];
}

const places: readonly Place[] = [
  { href: views.support, text: "Support", roles: ["support"] },
  { href: views.home, text: "Home", roles: ["administrator", "staff"] },
  { href: views.query, text: "Patrons" },
  { href: views.querySets, text: "Query sets" },
  { href: views.recipes, text: "Recipes" },
  { href: views.batchUpdates, text: "Batch updates" },
  { href: views.exports, text: "Exports", roles: ["administrator", "support"] },
  { href: views.library, text: "Library settings" },
  { href: views.people, text: "People", roles: ["administrator", "support"] },
  { href: views.clients, text: "Clients", roles: ["administrator", "support"] },
  { href: views.audit, text: "Audit", roles: ["administrator", "support"] },
  { href: views.libraries, text: "Libraries", roles: ["support"] },
];

/** What surrounds every view: the way past the navigation, who is signed in, where to go, and the live region. */
export function Shell({ children }: { children: ReactNode }) {
  const [pathname] = useLocation();
  const me = useQuery(meQuery());
  const belongs = me.data?.library !== undefined || errand() !== undefined;
  const library = useQuery({ ...libraryQuery(), enabled: belongs });
  const isSettled = library.data !== undefined || (me.data !== undefined && !belongs);
  const idleMinutes = isSettled ? (library.data?.idleMinutes ?? defaultIdleMinutes) : undefined;
  const roles = me.data?.roles ?? [];
  const isSupport = roles.includes("support");
  const waits = useQuery({ ...waitingQuery(), enabled: roles.includes("administrator") });
  const waiting = waits.data?.items.length ?? 0;
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
            {library.data !== undefined && <span className="product-library">{library.data.name}</span>}
          </p>
          {me.data !== undefined && (
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
        <nav className="places" aria-label="Main">
          <ul>
            {places
              .filter(({ roles: allowed }) => allowed === undefined || allowed.some((role) => roles.includes(role)))
              .map(({ href, text }) => (
                <li key={href}>
                  <Link href={href} aria-current={isUnder(pathname, href) ? "page" : undefined}>
                    {text}
                    {href === views.home && waiting > 0 && (
                      <span className="badge">
                        {waiting}
                        <span className="usa-sr-only"> waiting for you</span>
                      </span>
                    )}
                  </Link>
                </li>
              ))}
          </ul>
        </nav>
      </header>
      <main id="main" tabIndex={-1}>
        <ConnectionNotice />
        {children}
      </main>
      <footer className="footer">
        <p>Every change is recorded in the history and can be undone until its time limit passes.</p>
        <p>
          <a href="/docs/">Help</a> <a href="/docs/glossary">Glossary</a>
        </p>
      </footer>
      <LiveRegion />
      {me.data !== undefined && <IdleWatch idleMinutes={idleMinutes} />}
    </>
  );
}

/** A view below a place belongs to it; a patron's own page belongs to Patrons. */
function isUnder(pathname: string, href: string): boolean {
  return (
    pathname === href || pathname.startsWith(`${href}/`) || (href === "/patrons" && pathname.startsWith("/patron/"))
  );
}
