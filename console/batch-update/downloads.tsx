import { useQuery } from "@tanstack/react-query";
import type { BatchUpdateId } from "#domain/ids";
import { readReport } from "../api/batch-updates.ts";
import { Failure } from "../controls/failure.tsx";
import { useDownload } from "../controls/use-download.ts";
import { counted } from "../words/format.ts";

const files = [
  { text: "Download the errors (CSV)", url: (report: Report) => report.errors.csvUrl },
  { text: "Download every outcome (CSV)", url: (report: Report) => report.outcomes.csvUrl },
  { text: "Download every outcome (JSONL)", url: (report: Report) => report.outcomes.jsonlUrl },
  { text: "Download the queue problems (CSV)", url: (report: Report) => report.serviceQueues.csvUrl },
] as const;
type Report = Awaited<ReturnType<typeof readReport>>;

/** The files of a finished batch update. */
export function Downloads({ batchUpdateId }: { batchUpdateId: BatchUpdateId }) {
  const report = useQuery({
    queryKey: ["batch-updates", batchUpdateId, "report"],
    queryFn: () => readReport(batchUpdateId),
  });
  const download = useDownload(async (pick: (fresh: Report) => string | undefined) =>
    pick(await readReport(batchUpdateId)),
  );
  const failed = download.error ?? report.error;
  return (
    <section aria-labelledby="report">
      <h2 id="report">Report</h2>
      {failed !== null && <Failure error={failed} didAct={false} />}
      {report.data !== undefined && <p>{errorsSentence(report.data.errors.rows)}</p>}
      <div className="actions">
        {files.map(
          ({ text, url }) =>
            report.data !== undefined &&
            url(report.data) !== undefined && (
              <button
                key={text}
                type="button"
                className="usa-button usa-button--outline"
                aria-disabled={download.isPending}
                onClick={() => download.begin(url)}
              >
                {text}
              </button>
            ),
        )}
      </div>
    </section>
  );
}

function errorsSentence(rows: number): string {
  return rows === 0 ? "The report holds no errors." : `The report of errors has ${counted(rows, "row", "rows")}.`;
}
