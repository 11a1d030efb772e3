import { useState } from "react";
import { FilterSelect } from "../controls/filter-select.tsx";
import { SearchField } from "../controls/search-field.tsx";
import { TextField } from "../controls/text-field.tsx";
import type { ListState } from "../controls/use-list.ts";
import { actName, acts } from "./act-words.ts";

export const auditFilterNames = ["action", "subject", "from", "to"] as const;

const actions = Object.keys(acts)
  .map((value) => ({ value, text: actName(value) }))
  .toSorted((a, b) => a.text.localeCompare(b.text, "en"));

/** Who, what, when, and to which thing. Who is kept out of the address, as all names are. */
export function AuditFilters({ list }: { list: ListState<(typeof auditFilterNames)[number]> }) {
  return (
    <div className="filters audit-filters">
      <SearchField id="audit-actor" label="Who (the whole name)" value={list.q} search={list.search} />
      <FilterSelect
        id="audit-action"
        label="What was done"
        all="Everything"
        value={list.filter.action}
        options={actions}
        choose={(value) => list.narrow("action", value)}
      />
      <Day id="audit-from" label="From" value={list.filter.from} choose={(day) => list.narrow("from", day)} />
      <Day id="audit-to" label="To" value={list.filter.to} choose={(day) => list.narrow("to", day)} />
      <SearchField
        id="audit-subject"
        label="To what (a patron’s ID with its capital letters, or the address of its page)"
        value={list.filter.subject}
        search={(subject) => list.narrow("subject", subject)}
      />
    </div>
  );
}

interface DayProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly choose: (day: string) => void;
}

/** A day narrows the list once it is whole: while it is typed, the field says nothing. */
function Day({ id, label, value, choose }: DayProps) {
  const [known, setKnown] = useState(value);
  const [day, setDay] = useState(value);
  if (known !== value) {
    setKnown(value);
    setDay(value);
  }
  return (
    <TextField
      id={id}
      label={label}
      type="date"
      value={day}
      change={(typed) => {
        setDay(typed);
        choose(typed);
      }}
    />
  );
}
