import type { Change } from "#contract/change";
import { valueInWords } from "../words/changes-in-words.ts";
import { label } from "../words/labels.ts";

/** The fields of one patron, before and after. */
export function ChangeList({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return <>No change</>;
  return (
    <ul className="change-list">
      {changes.map(({ field, before, after, current }) => (
        <li key={field}>
          <span className="change-field">{label(field)}</span>{" "}
          <span className="before">{valueInWords(field, before)}</span>
          <span aria-hidden="true"> → </span>
          <span className="usa-sr-only"> becomes </span>
          <span className="after">{valueInWords(field, after)}</span>
          {current !== undefined && <span> (now {valueInWords(field, current)})</span>}
        </li>
      ))}
    </ul>
  );
}
