import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link } from "wouter";
import { libraryExportQuery, readLibraryExport, servedLibrariesQuery } from "../api/support-libraries.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Failure } from "../controls/failure.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Notice } from "../controls/notice.tsx";
import { ProgressBar } from "../controls/progress-bar.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { announce } from "../page/announcer.ts";
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
  useSpokenEnd(found.data?.status);
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
            <p className="import-state">
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

/** Says that it has ended when it does so while the page is open. */
function useSpokenEnd(status: LibraryExport["status"] | undefined): void {
  const before = useRef(status);
  useEffect(() => {
    if (before.current === "RUNNING" && status === "COMPLETED") announce("The export is ready.");
    if (before.current === "RUNNING" && status === "FAILED") announce("The export failed.");
    before.current = status;
  }, [status]);
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
  return <Files it={it} timeZone={timeZone} />;
}

function Files({ it, timeZone }: { it: LibraryExport; timeZone: string | undefined }) {
  // Links run out within minutes, so each download asks for a fresh one.
  const download = useMutation({ mutationFn: () => readLibraryExport(it.library, it.exportId) });
  const take = async (name: string) => {
    if (download.isPending) return;
    const url = (await download.mutateAsync().catch(() => undefined))?.files?.find((file) => file.name === name)?.url;
    if (url !== undefined) location.assign(url);
  };
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
                onClick={() => void take(name)}
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
