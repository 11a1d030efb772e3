import { Link } from "wouter";
import type { ListedImport } from "../api/imports.ts";
import { DataTable } from "../controls/data-table.tsx";
import { JobStatus } from "../controls/job-status.tsx";
import { amount, instantText } from "../words/format.ts";
import { kindWords } from "./words.ts";

interface Props {
  readonly items: readonly ListedImport[];
  readonly empty: string;
  readonly isStale?: boolean;
  readonly timeZone: string | undefined;
}

/** Imports and checks of files with where they stand. */
export function ImportsTable({ items, empty, isStale = false, timeZone }: Props) {
  return (
    <DataTable
      caption="Imports, newest first"
      rows={items}
      rowKey={({ importId }) => importId}
      empty={empty}
      isStale={isStale}
      columns={[
        {
          head: "Import",
          cell: ({ importId, kind, format, dryRun, createdAt }) => (
            <Link href={`/imports/${importId}`}>
              {kindWords[kind]}, {format.toUpperCase()}
              {dryRun === true && ", checked only"}
              <span className="usa-sr-only">, {instantText(createdAt, timeZone)}</span>
            </Link>
          ),
        },
        {
          head: "Status",
          cell: (job) => <JobStatus job={job} />,
        },
        { head: "Read", isNumber: true, cell: ({ counts }) => amount(counts.read) },
        { head: "New", isNumber: true, cell: ({ counts }) => amount(counts.created) },
        { head: "Replaced", isNumber: true, cell: ({ counts }) => amount(counts.replaced) },
        { head: "Unchanged", isNumber: true, cell: ({ counts }) => amount(counts.unchanged) },
        { head: "Rejected", isNumber: true, cell: ({ counts }) => amount(counts.rejected) },
        {
          head: "Started",
          cell: ({ createdAt, createdBy }) => (
            <>
              {instantText(createdAt, timeZone)}
              <div className="aside">by {createdBy}</div>
            </>
          ),
        },
      ]}
    />
  );
}
