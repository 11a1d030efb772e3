import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Shares } from "#contract/query-sets";
import type { Library } from "#domain/library";
import { summaryQuery } from "../api/query-sets.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Loaded } from "../controls/loading.tsx";
import { amount } from "../words/format.ts";

type Named = readonly { readonly code: string; readonly name: string }[];

/** How the members are spread, to see at a glance that the query found what was meant. */
export function SummaryTables(props: { querySetId: string; library: Library | undefined; excluded: number }) {
  const { querySetId, library, excluded } = props;
  const summary = useQuery(summaryQuery(querySetId));
  // In a narrow window it would stand between the person and the patrons.
  const [isWide] = useState(() => matchMedia("(min-width: 48em)").matches);
  return (
    <details className="summary" open={isWide}>
      <summary>
        <h2 id="summary">Summary</h2>
      </summary>
      {excluded > 0 && <p>Patrons who were left out are not counted here.</p>}
      <Loaded from={summary}>
        {({ byBranch, byMainStatus, byMedium, byServeCode }) => (
          <div className="summary-tables">
            <ShareTable of="medium" none="No medium" shares={byMedium} named={library?.media} />
            <ShareTable of="main status" none="No status" shares={byMainStatus} named={library?.mainStatuses} />
            <ShareTable of="branch" none="No branch" shares={byBranch} named={library?.branches} />
            <ShareTable of="serve code" none="No serve code" shares={byServeCode} named={library?.serveCodes} />
          </div>
        )}
      </Loaded>
    </details>
  );
}

function ShareTable(props: { of: string; none: string; shares: Shares; named: Named | undefined }) {
  const { of, none, shares, named } = props;
  const nameOf = (code: string | undefined) => {
    if (code === undefined) return none;
    const name = named?.find((it) => it.code === code)?.name;
    return name === undefined || name === code ? code : `${code} – ${name}`;
  };
  return (
    <DataTable
      caption={`Patrons by ${of}`}
      rows={shares}
      rowKey={({ code }) => code ?? "(none)"}
      empty="None."
      columns={[
        { head: of.charAt(0).toUpperCase() + of.slice(1), cell: ({ code }) => nameOf(code) },
        { head: "Patrons", isNumber: true, cell: (it) => amount(it.patrons) },
      ]}
    />
  );
}
