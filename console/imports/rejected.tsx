import { useQuery } from "@tanstack/react-query";
import { type ImportAnswer, readImport, rejectedQuery } from "../api/imports.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { useDownload } from "../controls/use-download.ts";
import { amount, counted } from "../words/format.ts";

/** Characters of a line that are shown; the download has more of it. */
const mostOfLine = 300;

const beginning = (text: string) => (text.length > mostOfLine ? `${text.slice(0, mostOfLine)} …` : text);

/** The lines that did not come in, each with its reason. */
export function Rejected({ it }: { it: ImportAnswer }) {
  const { importId, counts, errorsCsvUrl } = it;
  const lines = useQuery({ ...rejectedQuery(importId), enabled: errorsCsvUrl !== undefined });
  const download = useDownload(async () => (await readImport(importId)).errorsCsvUrl);
  if (errorsCsvUrl === undefined) {
    return (
      <p>{counted(counts.rejected, "line was", "lines were")} rejected. The list was kept for a week and is deleted.</p>
    );
  }
  return (
    <section aria-labelledby="rejected">
      <h2 id="rejected">Rejected lines: {amount(counts.rejected)}</h2>
      <p>
        {it.dryRun === true
          ? "Fix them in the file and check it again, or import the others."
          : "Fix them in the file and import it again. Lines already imported count as unchanged."}
      </p>
      {download.error !== null && <Failure error={download.error} didAct={false} />}
      <div className="actions">
        <button
          type="button"
          className="usa-button usa-button--outline"
          aria-disabled={download.isPending}
          onClick={() => download.begin()}
        >
          Download all rejected lines (CSV)
        </button>
      </div>
      <Loaded from={lines}>
        {(rows) => (
          <DataTable
            caption={
              rows.length < counts.rejected
                ? `The first ${amount(rows.length)} rejected lines`
                : "Rejected lines, with the reason of each"
            }
            rows={rows}
            rowKey={({ line }) => line}
            empty="The list cannot be shown here. Download it."
            columns={[
              { head: "Line", cell: ({ line }) => line },
              { head: "ID", cell: ({ id }) => id },
              { head: "Reason", cell: ({ reason }) => reason },
              {
                head: "Line in the file",
                cell: ({ text }) => <code className="rejected-text">{beginning(text)}</code>,
              },
            ]}
          />
        )}
      </Loaded>
    </section>
  );
}
