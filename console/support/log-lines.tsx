import { z } from "zod";
import type { ExecutionDetailAnswer } from "#contract/support";
import { counted } from "../words/format.ts";

/** Its lines of the log: a link to where they are, and the lines themselves where there are any at hand. */
export function LogLines({ logs: { url, lines } }: { logs: NonNullable<ExecutionDetailAnswer["logs"]> }) {
  return (
    <section aria-labelledby="logs">
      <h2 id="logs">Log</h2>
      <p>
        <a href={url}>Its lines in CloudWatch Logs Insights</a>, with the query filled in
      </p>
      {lines !== undefined && (
        <details className="more">
          <summary>{counted(lines.length, "line", "lines")} on this machine</summary>
          <ol className="log">
            {lines.map((line, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added at the end
              <li key={place}>{readable(line)}</li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}

const lineSchema = z.looseObject({ timestamp: z.string(), level: z.string(), message: z.string() });
/** What is the same on every line of a job, or says nothing to a reader. */
const leftOut = ["service", "sampling_rate", "library", "job", "function_request_id", "xray_trace_id", "cold_start"];

/** When, what, and what is known of it: `10:48:02.113 INFO Applying, chunk 1, attempt 1`. */
function readable(line: string): string {
  const { timestamp, level, message, ...more } = lineSchema.parse(JSON.parse(line));
  const known = Object.entries(more).flatMap(([name, value]) =>
    leftOut.includes(name) || name.startsWith("function_")
      ? []
      : [`${name} ${typeof value === "string" ? value : JSON.stringify(value)}`],
  );
  return `${timestamp.slice(11, 23)} ${level} ${[message, ...known].join(", ")}`;
}
