import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { libraryExportQuery, readLibraryExport, servedLibrariesQuery } from "../api/support-libraries.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { ProgressBar } from "../controls/progress-bar.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { useDownload } from "../controls/use-download.ts";
import { useSpokenEnd } from "../controls/use-spoken-end.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { amount, instantText } from "../words/format.ts";

const contents: Readonly<Record<string, string>> = {
  "patrons.jsonl": "Patrons with their media and what they have had, in the format of imports",
  "titles.jsonl": "Titles, in the format of imports",
  "service-queues.jsonl": "Service queues",
  "settings.json": "Settings, saved queries, presets and recipes",
  "audit.jsonl": "Audit",
};

interface Props {
  readonly library: string;
  readonly exportId: string;
}

type LibraryExport = Awaited<ReturnType<typeof readLibraryExport>>;

/** What a library takes along when it leaves: how far its export is, and then its files. */
export function LibraryExportPage({ library, exportId }: Props) {
  const found = useQuery(libraryExportQuery(library, exportId));
  const served = useQuery(servedLibrariesQuery()).data?.find((it) => it.library === library);
  const name = served?.name ?? library;
  useSpokenEnd(found.data?.status, () =>
    found.data?.status === "FAILED" ? "The export failed." : "The export is ready.",
  );
  return (
    <>
      <p>
        <Link href={views.libraries}>All libraries</Link>
      </p>
      {found.error !== null && found.data === undefined && <PageHeading>Export not found</PageHeading>}
      <Loaded from={found}>
        {(it) => (
          <>
            <PageHeading>{`Everything that ${name} has`}</PageHeading>
            <p className="job-state">
              <StateTag status={it.status} />{" "}
              <span className="aside">
                made by {it.createdBy} on {instantText(it.createdAt, served?.timeZone)}
                {it.finishedAt !== undefined && `, ended ${instantText(it.finishedAt, served?.timeZone)}`}
              </span>
            </p>
            <State it={it} timeZone={served?.timeZone} />
          </>
        )}
      </Loaded>
    </>
  );
}

function State({ it, timeZone }: { it: LibraryExport; timeZone: string | undefined }) {
  if (it.status === "RUNNING") {
    return (
      <>
        <p>You can close this page. The work continues, and this address shows it again.</p>
        <ProgressBar name="Exporting" done={it.progress.done} total={it.progress.total} unit="parts" />
      </>
    );
  }
  if (it.status === "FAILED") {
    return (
      <Notice kind="error" title="The export failed">
        <p>{it.stateReason}</p>
        <p>
          Nothing of the library was changed. Start another export on the page of{" "}
          <Link href={views.libraries}>all libraries</Link>.
        </p>
      </Notice>
    );
  }
  if (it.status === "EXPIRED") {
    return (
      <Notice kind="info" title="The files are no longer kept">
        <p>Start another export on the page of all libraries.</p>
      </Notice>
    );
  }
  return <Files it={it} timeZone={timeZone} />;
}

function Files({ it, timeZone }: { it: LibraryExport; timeZone: string | undefined }) {
  const download = useDownload(async (name: string) => {
    const { files } = await readLibraryExport(it.library, it.exportId);
    return files?.find((file) => file.name === name)?.url;
  });
  return (
    <>
      <p>
        The files are kept until {instantText(it.availableUntil ?? it.createdAt, timeZone)}. They say who is blind or
        print disabled, and what they have had: hand them only to the library. Each download is in the library’s audit.
      </p>
      {download.error !== null && <Failure error={download.error} didAct={false} />}
      <DataTable
        caption="Files of this export"
        rows={it.files ?? []}
        rowKey={({ name }) => name}
        empty="No files."
        columns={[
          { head: "Contents", cell: ({ name }) => contents[name] ?? name },
          { head: "Rows", isNumber: true, cell: ({ rows }) => amount(rows) },
          {
            head: "File",
            cell: ({ name }) => (
              <button
                type="button"
                className="usa-button usa-button--unstyled"
                aria-disabled={download.isPending}
                onClick={() => download.begin(name)}
              >
                Download {name}
              </button>
            ),
          },
        ]}
      />
    </>
  );
}
