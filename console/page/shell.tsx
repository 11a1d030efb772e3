import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Link, useLocation } from "wouter";
import { defaultIdleMinutes } from "#domain/idle";
import { libraryQuery, meQuery } from "../api/library.ts";
import { IdleWatch } from "../session/idle-watch.tsx";
import { endErrand, errand, renewBeforeLong, signOut } from "../session/session.ts";
import { ConnectionNotice } from "./connection-notice.tsx";
import { LiveRegion } from "./live-region.tsx";

const places = [
  { href: "/patrons", text: "Patrons" },
  { href: "/query-sets", text: "Query sets" },
  { href: "/batch-updates", text: "Batch updates" },
  { href: "/library", text: "Library settings" },
  { href: "/audit", text: "Audit" },
] as const;

/** What surrounds every view: the way past the navigation, who is signed in, where to go, and the live region. */
export function Shell({ children }: { children: ReactNode }) {
  const [pathname] = useLocation();
  const me = useQuery(meQuery());
  const belongs = me.data?.library !== undefined || errand() !== undefined;
  const library = useQuery({ ...libraryQuery(), enabled: belongs });
  const isSettled = library.data !== undefined || (me.data !== undefined && !belongs);
  const idleMinutes = isSettled ? (library.data?.idleMinutes ?? defaultIdleMinutes) : undefined;
  const isAdministrator = me.data?.roles.includes("administrator") === true;
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
            <Link href="/patrons">Batch Update Patron Profiles</Link>
            {library.data !== undefined && <span className="product-library">{library.data.name}</span>}
          </p>
          {me.data !== undefined && (
            <div className="who">
              <span>
                <span className="usa-sr-only">Signed in as </span>
                {me.data.name}
              </span>
              {me.data.library === undefined && errand() !== undefined && (
                <button
                  type="button"
                  className="usa-button usa-button--unstyled"
                  onClick={() => {
                    endErrand();
                    // Nothing of the library that is left stays in memory.
                    location.assign("/");
                  }}
                >
                  Other library or reason
                </button>
              )}
              <button type="button" className="usa-button usa-button--unstyled" onClick={() => void signOut()}>
                Sign out
              </button>
            </div>
          )}
        </div>
        <nav className="places" aria-label="Main">
          <ul>
            {places
              .filter(({ href }) => href !== "/audit" || isAdministrator)
              .map(({ href, text }) => (
                <li key={href}>
                  <Link href={href} aria-current={isUnder(pathname, href) ? "page" : undefined}>
                    {text}
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
        <p>Every change made here can be looked up in the history and, while its time has not run out, undone.</p>
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
