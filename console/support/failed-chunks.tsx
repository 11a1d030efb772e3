import type { ExecutionDetailAnswer } from "#contract/support";
import { troubleOf, troubleWords } from "#domain/support/failure";
import { DataTable } from "../controls/data-table.tsx";
import { amount, counted, instantText } from "../words/format.ts";
import { lasted, runbook } from "./words.ts";

/** The chunks that did not succeed, and why. */
export function FailedChunks({ chunks }: { chunks: NonNullable<ExecutionDetailAnswer["chunks"]> }) {
  return (
    <section aria-labelledby="failed-chunks">
      <h2 id="failed-chunks">Chunks that failed</h2>
      <DataTable
        caption="Chunks that failed, by their number"
        rows={chunks}
        rowKey={({ chunk }) => String(chunk)}
        empty="None."
        columns={[
          { head: "Chunk", cell: ({ chunk }) => chunk },
          {
            head: "Why",
            cell: ({ error, cause, status }) => (
              <>
                <div>
                  {error === undefined
                    ? "It left neither a result nor an error"
                    : sentenceCase(troubleWords[troubleOf(error)])}
                </div>
                <div className="aside">{[status, error, cause].filter((it) => it !== undefined).join(": ")}</div>
              </>
            ),
          },
          {
            head: "Tries",
            cell: ({ tries }) => (tries === 0 ? "Not known" : counted(tries, "try", "tries")),
          },
          {
            head: "When",
            cell: ({ startedAt, stoppedAt }) =>
              startedAt === undefined
                ? "Not known"
                : `${instantText(startedAt, undefined)}${stoppedAt === undefined ? "" : `, took ${lasted(startedAt, stoppedAt)}`}`,
          },
          { head: "Records", isNumber: true, cell: ({ patrons }) => (patrons === 0 ? "Not known" : amount(patrons)) },
        ]}
      />
      <p>
        <a href={runbook("CHUNK_FAILED")}>What each kind of error means, and what to do</a>
      </p>
    </section>
  );
}

function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
