import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PlanDistribution } from "#contract/plan";
import type { BatchUpdateId } from "#domain/ids";
import type { Library } from "#domain/library";
import { distributionQuery } from "../api/batch-updates.ts";
import { libraryQuery } from "../api/library.ts";
import { DataTable } from "../controls/data-table.tsx";
import { Loaded } from "../controls/loading.tsx";
import { amount } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { valueName } from "../words/value-name.ts";
import { heldInOrder } from "./held-order.ts";

type Field = PlanDistribution["fields"][number];

interface Row {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** How many patrons hold each value before and after, field by field: whether the whole is what was meant. */
export function Distribution({ batchUpdateId, digest }: { batchUpdateId: BatchUpdateId; digest: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Before and after, field by field</summary>
      {isOpen && <Fields batchUpdateId={batchUpdateId} digest={digest} />}
    </details>
  );
}

function Fields({ batchUpdateId, digest }: { batchUpdateId: BatchUpdateId; digest: string }) {
  const found = useQuery(distributionQuery(batchUpdateId, digest));
  const library = useQuery(libraryQuery()).data;
  return (
    <>
      <p>
        How many patrons have each value before and after the update, as planned. Patrons who are left out are not
        counted; patrons who are not written keep their value.
      </p>
      <Loaded from={found}>
        {({ fields }) => (
          <div className="distributions">
            {fields.map((field) => (
              <FieldTable key={field.field} field={field} library={library} />
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}

function FieldTable({
  field: { field, values, others: rest },
  library,
}: {
  field: Field;
  library: Library | undefined;
}) {
  const rows: Row[] = heldInOrder(field, values, library).map(({ value, before, after }) => ({
    name: value === undefined ? "No value" : valueName(field, value, library),
    before,
    after,
  }));
  // Patrons without a value stay the last ones.
  const others: Row[] = rest === undefined ? [] : [{ name: "All other values", ...rest }];
  rows.splice(values.some(({ value }) => value === undefined) ? -1 : rows.length, 0, ...others);
  const most = Math.max(...rows.flatMap(({ before, after }) => [before, after]), 1);
  return (
    <DataTable
      caption={`${label(field)}: patrons with each value`}
      rows={rows}
      rowKey={({ name }) => name}
      empty="No one."
      columns={[
        { head: "Value", cell: ({ name }) => name },
        { head: "Before", cell: ({ before }) => <Bar count={before} most={most} kind="before" /> },
        { head: "After", cell: ({ after }) => <Bar count={after} most={most} kind="after" /> },
        { head: "Difference", isNumber: true, cell: ({ before, after }) => difference(after - before) },
      ]}
    />
  );
}

/** A number with its bar: the bar is for the eye alone, the number for everyone. */
function Bar({ count, most, kind }: { count: number; most: number; kind: "before" | "after" }) {
  return (
    <div className="held">
      <span className="held-number">{amount(count)}</span>
      <span className="held-track" aria-hidden="true">
        {count > 0 && <span className={`held-bar held-${kind}`} style={{ inlineSize: `${(count / most) * 100}%` }} />}
      </span>
    </div>
  );
}

/** With its sign: a minus that a screen reader says as such. */
function difference(count: number): string {
  if (count === 0) return "0";
  return count > 0 ? `+${amount(count)}` : `−${amount(-count)}`;
}
