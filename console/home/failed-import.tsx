import { Link } from "wouter";
import type { ListedImport } from "../api/imports.ts";
import { StateTag } from "../controls/state-tag.tsx";
import { endInWords, nameOf } from "../imports/words.ts";
import { instantText } from "../words/format.ts";

/** An import that failed, as an item of a list of work. */
export function FailedImport({ failed, timeZone }: { failed: ListedImport; timeZone: string | undefined }) {
  return (
    <li>
      <div className="work-title">
        <Link href={`/imports/${failed.importId}`}>
          {nameOf(failed)}
          <span className="usa-sr-only">, {instantText(failed.createdAt, timeZone)}</span>
        </Link>
        <div className="aside">
          by {failed.createdBy}, {instantText(failed.createdAt, timeZone)}
        </div>
      </div>
      <div>
        <StateTag status={failed.status} />
      </div>
      <div className="work-more">{endInWords(failed)}</div>
    </li>
  );
}
