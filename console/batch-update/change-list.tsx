import { useQuery } from "@tanstack/react-query";
import type { Change } from "#contract/change";
import { libraryQuery } from "../api/library.ts";
import { label } from "../words/labels.ts";
import { valueName } from "../words/value-name.ts";

interface Props {
  readonly changes: readonly Change[];
  /** The patron was erased, and with them what was changed. */
  readonly wasErased: boolean;
}

/** The fields of one patron, before and after. */
export function ChangeList({ changes, wasErased }: Props) {
  const library = useQuery(libraryQuery()).data;
  if (changes.length === 0) return <>{wasErased ? "Values were erased" : "No change"}</>;
  return (
    <ul className="change-list">
      {changes.map(({ field, before, after, current }) => (
        <li key={field}>
          <span className="change-field">{label(field)}</span>{" "}
          <span className="before">{valueName(field, before, library)}</span>
          <span aria-hidden="true"> → </span>
          <span className="usa-sr-only"> becomes </span>
          <span className="after">{valueName(field, after, library)}</span>
          {current !== undefined && <span> (now {valueName(field, current, library)})</span>}
        </li>
      ))}
    </ul>
  );
}
