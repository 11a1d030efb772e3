import { defaultAuditDays } from "#domain/audit/entry";
import { defaultIdleMinutes } from "#domain/idle";
import type { Library } from "#domain/library";
import { DataTable } from "../controls/data-table.tsx";
import { amount, counted, dayText } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { approvalMeanings } from "./approval-meanings.ts";
import { weekdayNames } from "./weekday-names.ts";

interface Coded {
  readonly code: string;
  readonly name: string;
}

export function SettingsView({ library }: { library: Library }) {
  const numbers = [
    ["Default service queue size", amount(library.defaultServiceQueueSize)],
    ["Large-batch threshold, patrons", amount(library.largeBatchThreshold)],
    ["Failure threshold", `${library.failureThresholdPercent}%`],
    [
      "Undo and evidence are kept for",
      `${amount(library.retentionDays)} days after a batch update ends. Then its plan, outcomes and report are deleted for good; its counts and the audit stay`,
    ],
    ["Audit is kept for", `${amount(library.auditDays ?? defaultAuditDays)} days`],
    ["Signed out after", `${counted(library.idleMinutes ?? defaultIdleMinutes, "minute", "minutes")} of inactivity`],
    ["Approval by someone else", approvalMeanings[library.approval ?? "NEVER"]],
  ] as const;
  return (
    <>
      <dl className="facts">
        <dt>Library</dt>
        <dd>
          {library.name} ({library.library})
        </dd>
        <dt>Time zone</dt>
        <dd>{library.timeZone}</dd>
        <dt>Service days</dt>
        <dd>{library.serviceDays.map((day) => weekdayNames[day]).join(", ")}</dd>
        <dt>Closed days</dt>
        <dd>{library.closedDays.length === 0 ? "None" : library.closedDays.map(dayText).join("; ")}</dd>
        {numbers.map(([name, value]) => (
          <div key={name} className="facts-pair">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <DataTable
        caption="Serve codes"
        rows={library.serveCodes}
        rowKey={({ code }) => code}
        empty="None."
        columns={[
          { head: "Code", cell: ({ code }) => code },
          { head: "Name", cell: ({ name }) => name },
          { head: "Schedule", cell: ({ schedule }) => label(schedule) },
          { head: "Method", cell: ({ method }) => label(method) },
        ]}
      />
      <DataTable
        caption="Main statuses"
        rows={library.mainStatuses}
        rowKey={({ code }) => code}
        empty="None."
        columns={[
          { head: "Code", cell: ({ code }) => code },
          { head: "Name", cell: ({ name }) => name },
          { head: "Closed", cell: ({ closed }) => (closed ? "Yes: never updated" : "No") },
        ]}
      />
      <div className="summary-tables">
        <CodeList caption="Media" rows={library.media} />
        <CodeList caption="Medium statuses" rows={library.mediumStatuses} />
        <CodeList caption="Branches" rows={library.branches} />
        <DataTable
          caption="Queue functions, in order"
          rows={library.queueFunctions}
          rowKey={(row) => row.function}
          empty="None: service queues are not filled."
          columns={[
            { head: "Function", cell: (row) => label(row.function) },
            {
              head: "Most titles",
              isNumber: true,
              cell: ({ limit }) => (limit === undefined ? "No limit" : amount(limit)),
            },
          ]}
        />
      </div>
    </>
  );
}

function CodeList({ caption, rows }: { caption: string; rows: readonly Coded[] }) {
  return (
    <DataTable
      caption={caption}
      rows={rows}
      rowKey={({ code }) => code}
      empty="None."
      columns={[
        { head: "Code", cell: ({ code }) => code },
        { head: "Name", cell: ({ name }) => name },
      ]}
    />
  );
}
