import { useLayoutEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import type { Role } from "#domain/role";
import { keysTo } from "../shortcuts/shortcuts.ts";
import { views } from "../views.ts";

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
  { href: views.imports, text: "Imports", roles: ["administrator", "support"] },
  { href: views.exports, text: "Exports", roles: ["administrator", "support"] },
  { href: views.library, text: "Library settings" },
  { href: views.people, text: "People", roles: ["administrator", "support"] },
  { href: views.clients, text: "Clients", roles: ["administrator", "support"] },
  { href: views.audit, text: "Audit", roles: ["administrator", "support"] },
  { href: views.libraries, text: "Libraries", roles: ["support"] },
];

interface Props {
  /** Absent until it is known who is signed in: a list that came in part would move what is just pressed. */
  readonly roles: readonly Role[] | undefined;
  /** Batch updates that wait for the person. */
  readonly waiting: number;
}

/** Where to go. In a narrow window it opens by a button, so that what a page is about stands in view. */
export function MainMenu({ roles, waiting }: Props) {
  const [pathname] = useLocation();
  const [openAt, setOpenAt] = useState<string>();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLElement>(null);
  // Another view closes it.
  const isOpen = openAt === pathname;
  const isKnown = roles !== undefined;
  useLayoutEffect(() => {
    if (isOpen && isKnown) menu.current?.querySelector("a")?.focus();
  }, [isOpen, isKnown]);
  return (
    <nav
      ref={menu}
      className={isOpen ? "places is-open" : "places"}
      aria-label="Main"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        setOpenAt(undefined);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        className="places-toggle"
        aria-expanded={isOpen}
        aria-controls="places"
        onClick={() => setOpenAt(isOpen ? undefined : pathname)}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
          <path
            d={isOpen ? "M3 2l5 5 5-5 1 1-5 5 5 5-1 1-5-5-5 5-1-1 5-5-5-5z" : "M1 3h14v2H1zm0 4h14v2H1zm0 4h14v2H1z"}
          />
        </svg>
        Menu
      </button>
      <ul id="places">
        {places
          .filter(
            ({ roles: allowed }) => isKnown && (allowed === undefined || allowed.some((it) => roles.includes(it))),
          )
          .map(({ href, text }) => (
            <li key={href}>
              <Link
                href={href}
                aria-current={isUnder(pathname, href) ? "page" : undefined}
                aria-keyshortcuts={keysTo(href)}
              >
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
  );
}

/** A view below a place belongs to it; a patron's own page belongs to Patrons. */
function isUnder(pathname: string, href: string): boolean {
  return (
    pathname === href || pathname.startsWith(`${href}/`) || (href === "/patrons" && pathname.startsWith("/patron/"))
  );
}
