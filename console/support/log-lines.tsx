import type { ExecutionDetailAnswer } from "#contract/support";

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
          <summary>{lines.length === 1 ? "1 line" : `${lines.length} lines`}</summary>
          <ol className="log">
            {lines.map((line, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines are only added at the end
              <li key={place}>{line}</li>
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}
