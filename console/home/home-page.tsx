import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { Role } from "#domain/role";
import { libraryQuery, meQuery } from "../api/library.ts";
import { recentQuery } from "../api/recent.ts";
import { Loaded } from "../controls/loading.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { counted } from "../words/format.ts";
import { RecentImports } from "./recent-imports.tsx";
import { turnsOf } from "./whose-turn.ts";
import { WorkList } from "./work-list.tsx";

/** What ended lately is told shortly; the list of batch updates has it all. */
const mostEnded = 5;

/** Where a day begins: what waits for the person, what goes on by itself, and what has ended. */
export function HomePage() {
  const me = useQuery(meQuery()).data;
  const library = useQuery(libraryQuery()).data;
  const recent = useQuery(recentQuery());
  if (me === undefined) return null;
  return (
    <>
      <PageHeading intro={library === undefined ? undefined : introOf(me.roles, library.name)}>Home</PageHeading>
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
          const timeZone = library?.timeZone;
          return (
            <>
              <WorkList
                id="waiting"
                title={`Waiting for you${turns.waiting.length === 0 ? "" : `: ${turns.waiting.length}`}`}
                items={turns.waiting}
                empty="Nothing is waiting for you."
                timeZone={timeZone}
              />
              {turns.handedOver.length > 0 && (
                <WorkList
                  id="handed-over"
                  title="Handed over by you"
                  items={turns.handedOver}
                  empty=""
                  timeZone={timeZone}
                />
              )}
              {turns.needsLook.length > 0 && (
                <WorkList
                  id="needs-look"
                  title="Ended, and needs a look"
                  items={turns.needsLook}
                  empty=""
                  timeZone={timeZone}
                />
              )}
              <WorkList
                id="running"
                title="Running now"
                items={turns.running}
                empty="Nothing runs at the moment."
                timeZone={timeZone}
              />
              <WorkList
                id="scheduled"
                title="Begins by itself"
                items={turns.scheduled}
                empty="Nothing is scheduled."
                timeZone={timeZone}
              />
              <WorkList
                id="ended"
                title="Ended in the last seven days"
                items={turns.ended.slice(0, mostEnded)}
                empty="Nothing ended in the last seven days."
                timeZone={timeZone}
              />
              <p>
                <Link href="/batch-updates">
                  {turns.ended.length > mostEnded
                    ? `All batch updates, ${counted(turns.ended.length - mostEnded, "more one", "more")} of these days among them`
                    : "All batch updates"}
                </Link>
                {nextCursor !== undefined && ". This page shows what is among the newest 100."}
              </p>
            </>
          );
        }}
      </Loaded>
      {me.roles.includes("administrator") && <RecentImports timeZone={library?.timeZone} />}
    </>
  );
}

function introOf(roles: readonly Role[], library: string): string {
  return roles.includes("administrator")
    ? `What needs an administrator’s attention at ${library}, what is running, and what has finished.`
    : `What you have prepared for ${library}, and how it turned out.`;
}
