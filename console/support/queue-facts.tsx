import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { queuesQuery } from "../api/support.ts";
import { Loaded } from "../controls/loading.tsx";
import { views } from "../views.ts";
import { amount, counted } from "../words/format.ts";

/** The queue of service queues to fill: what waits, what is being filled, what was given up. */
export function QueueFacts() {
  const queues = useQuery(queuesQuery());
  return (
    <Loaded from={queues}>
      {({ depth, inFlight, ageOfOldestSeconds, deadLetters, unreadable }) => (
        <>
          <dl className="facts">
            <dt>Service queues waiting to be filled</dt>
            <dd>{amount(depth)}</dd>
            <dt>Being filled now</dt>
            <dd>{amount(inFlight)}</dd>
            <dt>The oldest was requested</dt>
            <dd>{ageOfOldestSeconds === undefined ? "None is open" : ago(ageOfOldestSeconds)}</dd>
            <dt>Messages given up</dt>
            <dd>
              <Link href={views.deadLetters}>{counted(deadLetters, "message", "messages")}</Link>
            </dd>
          </dl>
          {unreadable.length > 0 && (
            <p>{counted(unreadable.length, "note of open work", "notes of open work")} cannot be read: see above.</p>
          )}
        </>
      )}
    </Loaded>
  );
}

function ago(seconds: number): string {
  if (seconds < 120) return `${counted(seconds, "second", "seconds")} ago`;
  return `${counted(Math.floor(seconds / 60), "minute", "minutes")} ago`;
}
