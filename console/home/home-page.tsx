import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { Role } from "#domain/role";
import { recentImportsQuery } from "../api/imports.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { recentQuery } from "../api/recent.ts";
import { Loaded } from "../controls/loading.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { FailedImport } from "./failed-import.tsx";
import { failedImports } from "./failed-imports.ts";
import { RecentImports } from "./recent-imports.tsx";
import { type Turns, turnsOf } from "./whose-turn.ts";
import { WorkList } from "./work-list.tsx";

/** What ended lately is told shortly; the list of batch updates has it all. */
const mostEnded = 5;

/** Where a day begins: what waits for the person, what goes on by itself, and what has ended. */
export function HomePage() {
  const me = useQuery(meQuery()).data;
  const library = useQuery(libraryQuery()).data;
  const recent = useQuery(recentQuery());
  const isAdministrator = me?.roles.includes("administrator") === true;
  const imports = useQuery({ ...recentImportsQuery(), enabled: isAdministrator }).data;
  if (me === undefined) return null;
  const failed = failedImports(imports?.items ?? [], Date.now());
  const waiting = recent.data === undefined ? 0 : turnsOf(recent.data.items, me, Date.now()).waiting.length;
  return (
    <>
      <PageHeading title={waiting === 0 ? undefined : `Home: ${waiting} waiting for you`} intro={introOf(me.roles)}>
        Home
      </PageHeading>
      <ul className="starts" aria-label="Start">
        <li>
          <Link href="/patrons" className="usa-button">
            Find patrons for a batch update
          </Link>
        </li>
        <li>
          <Link href="/recipes" className="usa-button usa-button--outline">
            Start a recipe
          </Link>
        </li>
        <li>
          <Link href="/patrons/find" className="usa-button usa-button--outline">
            Find one patron
          </Link>
        </li>
      </ul>
      <Loaded from={recent}>
        {({ items, nextCursor }) => {
          const turns = turnsOf(items, me, Date.now());
          const sections = sectionsOf(turns).filter(
            ({ id, items: found }) => found.length > 0 || (id === "needs-look" && failed.length > 0),
          );
          return (
            <>
              {turns.waiting.length === 0 && (
                <p className="all-clear">
                  {sections.length === 0
                    ? "Nothing is waiting for you, running, or scheduled. Batch updates show up here while they need you, and for a week after they have ended."
                    : "Nothing is waiting for you."}
                </p>
              )}
              {sections.map((section) => (
                <WorkList key={section.id} {...section} among={items} library={library}>
                  {section.id === "needs-look" &&
                    failed.map((it) => <FailedImport key={it.importId} failed={it} timeZone={library?.timeZone} />)}
                </WorkList>
              ))}
              <p>
                <Link href="/batch-updates">
                  {turns.ended.length > mostEnded
                    ? `See all batch updates, including ${turns.ended.length - mostEnded} more from the last seven days`
                    : "See all batch updates"}
                </Link>
                {nextCursor !== undefined && ". This page shows what is among the newest 100."}
              </p>
            </>
          );
        }}
      </Loaded>
      {/* Not before what stands above them, which would push them down. */}
      {isAdministrator && !recent.isPending && <RecentImports timeZone={library?.timeZone} />}
    </>
  );
}

/** What there is to show, by how soon somebody has to look at it. */
function sectionsOf({ waiting, needsLook, handedOver, running, scheduled, ended }: Turns) {
  return [
    { id: "waiting", title: `Waiting for you: ${waiting.length}`, items: waiting },
    { id: "needs-look", title: "Ended, and needs a look", items: needsLook },
    { id: "handed-over", title: "Handed over by you", items: handedOver },
    { id: "running", title: "Running now", items: running },
    { id: "scheduled", title: "Starts by itself", items: scheduled },
    { id: "ended", title: "Ended in the last seven days", items: ended.slice(0, mostEnded) },
  ];
}

function introOf(roles: readonly Role[]): string {
  return roles.includes("administrator")
    ? "What needs an administrator’s attention, what is running, and what has finished."
    : "What waits for you, what is running, and what has finished.";
}
