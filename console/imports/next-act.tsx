import { useQueryClient } from "@tanstack/react-query";
import { Link, useLocation } from "wouter";
import { type ImportAnswer, startImport } from "../api/imports.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { Notice } from "../controls/notice.tsx";
import { counted } from "../words/format.ts";
import { importInTheWay } from "./in-the-way.ts";
import { keptFile } from "./kept-file.ts";
import { SendingBar } from "./sending-bar.tsx";
import { useSending } from "./use-sending.ts";

/** An import that was made and not started: its file was broken off, or another import stood in the way. */
export function AwaitingFile({ importId, mayImport }: { importId: string; mayImport: boolean }) {
  const client = useQueryClient();
  const start = useAction(startImport, (started) => {
    client.setQueryData(["imports", importId], started);
  });
  return (
    <>
      {start.error !== null && <Failure error={start.error} didAct inTheWay={importInTheWay} />}
      <Notice kind="warning" title="The file has not been read yet">
        <p>If all of it was sent, start reading it. If not, choose the file again.</p>
        {mayImport && (
          <div className="actions">
            <button
              type="button"
              className="usa-button"
              aria-disabled={start.isPending}
              onClick={() => start.isPending || start.mutate(importId)}
            >
              Start reading it
            </button>
            <Link href="/imports">Choose the file again</Link>
          </div>
        )}
      </Notice>
    </>
  );
}

/** What follows a check: the same file is imported, if this page still holds it. */
export function ImportAfterCheck({ it }: { it: ImportAnswer }) {
  const [, navigate] = useLocation();
  const sending = useSending((importId) => navigate(`/imports/${importId}`));
  const kept = keptFile(it.importId);
  const { created, replaced, rejected } = it.counts;
  if (kept === undefined) {
    return (
      <p>
        To import the file, <Link href="/imports">choose it again</Link>.
      </p>
    );
  }
  if (sending.isPending) return <SendingBar file={kept.file} sent={sending.sent} stop={sending.stop} />;
  return (
    <>
      {sending.error !== null && <Failure error={sending.error} didAct inTheWay={importInTheWay} />}
      <div className="actions">
        <button
          type="button"
          className="usa-button usa-button--big"
          onClick={() => sending.send({ ...kept, dryRun: false })}
        >
          {rejected === 0 ? "Import" : "Import anyway"}: {counted(created + replaced, "record", "records")}
        </button>
        <Link href="/imports">Choose another file</Link>
      </div>
      {rejected > 0 && <p>Lines that are rejected are left out. What they are about stays as it is.</p>}
    </>
  );
}
