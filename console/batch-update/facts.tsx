import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "wouter";
import type { BatchUpdateAnswer } from "#contract/batch-updates";
import { renameBatchUpdate } from "../api/batch-updates.ts";
import { libraryQuery, meQuery } from "../api/library.ts";
import { Rename } from "../controls/rename.tsx";
import { StateTag } from "../controls/state-tag.tsx";
import { changesInWords } from "../words/changes-in-words.ts";
import { distinctName } from "../words/distinct-name.ts";
import { instantText, patrons } from "../words/format.ts";
import { label } from "../words/labels.ts";
import { EvidenceEnds } from "./kept-evidence.tsx";
import { titleOf } from "./title.ts";

/** What a batch update is: for whom, what it does, and where it comes from. Always in view. */
export function Facts({ batchUpdate }: { batchUpdate: BatchUpdateAnswer }) {
  const { kind, medium, nightlyDebug, changes, parentId, children, querySetId } = batchUpdate;
  const client = useQueryClient();
  const me = useQuery(meQuery()).data;
  const library = useQuery(libraryQuery()).data;
  const mediumName = library?.media.find(({ code }) => code === medium)?.name;
  const total = batchUpdate.plan?.counts.total ?? batchUpdate.counts?.total;
  return (
    <section className="statement" aria-labelledby="facts">
      <h2 id="facts">{titleOf(batchUpdate)}</h2>
      <dl className="facts">
        <dt>Search statement</dt>
        <dd>
          {batchUpdate.searchStatement}
          {kind === "UPDATE" && (
            <>
              {" "}
              {batchUpdate.querySetEnded ? (
                <span className="aside">Its query set has been deleted.</span>
              ) : (
                <Link href={`/query-sets/${querySetId}`} className="screen-only">
                  See the query set
                </Link>
              )}
            </>
          )}
        </dd>
        {total !== undefined && (
          <>
            <dt>Patrons</dt>
            <dd>{patrons(total)}</dd>
          </>
        )}
        <dt>Medium</dt>
        <dd>
          {medium}
          {mediumName !== undefined && mediumName !== medium && ` – ${mediumName}`}
        </dd>
        <dt>Changes</dt>
        <dd>
          {kind === "UNDO" || nightlyDebug === undefined ? (
            "What the batch update changed is put back where it still applies."
          ) : (
            <ul>
              {changesInWords(changes ?? {}, nightlyDebug, library).map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          )}
        </dd>
        {batchUpdate.createdBy !== undefined && batchUpdate.createdAt !== undefined && (
          <>
            <dt>Created</dt>
            <dd>
              by {batchUpdate.createdBy}, {instantText(batchUpdate.createdAt, library?.timeZone)}
            </dd>
          </>
        )}
        {batchUpdate.handover !== undefined && (
          <>
            <dt>Handed over</dt>
            <dd>
              by {batchUpdate.handover.by}, {instantText(batchUpdate.handover.at, library?.timeZone)}
              {batchUpdate.handover.note !== undefined && `: “${batchUpdate.handover.note}”`}
            </dd>
          </>
        )}
        {batchUpdate.returned !== undefined && (
          <>
            <dt>Given back</dt>
            <dd>
              by {batchUpdate.returned.by}, {instantText(batchUpdate.returned.at, library?.timeZone)}: “
              {batchUpdate.returned.note}”
            </dd>
          </>
        )}
        {batchUpdate.processAt !== undefined && batchUpdate.scheduledBy !== undefined && (
          <>
            <dt>Scheduled</dt>
            <dd>
              by {batchUpdate.scheduledBy}, for {instantText(batchUpdate.processAt, library?.timeZone)}
            </dd>
          </>
        )}
        {batchUpdate.processedBy !== undefined && batchUpdate.processedAt !== undefined && (
          <>
            <dt>Processed</dt>
            <dd>
              by {batchUpdate.processedBy}, {instantText(batchUpdate.processedAt, library?.timeZone)}
            </dd>
          </>
        )}
        <EvidenceEnds batchUpdate={batchUpdate} />
        {parentId !== undefined && (
          <>
            <dt>Comes from</dt>
            <dd>
              <Link href={`/batch-updates/${parentId}`}>
                {kind === "UNDO" ? "The batch update that is undone" : "The batch update that is retried"}
              </Link>
            </dd>
          </>
        )}
        {children.length > 0 && (
          <>
            <dt>Led to</dt>
            <dd>
              <ul>
                {children.map((child) => (
                  <li key={child.batchUpdateId}>
                    <Link href={`/batch-updates/${child.batchUpdateId}`}>
                      {distinctName(
                        label(child.kind),
                        child.batchUpdateId,
                        children.map(({ kind: one }) => label(one)),
                      )}
                      <span className="usa-sr-only">: {label(child.status).toLowerCase()}</span>
                    </Link>{" "}
                    <StateTag status={child.status} />
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
      {me !== undefined && !me.roles.includes("support") && (
        <Rename
          id="batch-update-name"
          what="batch update"
          name={batchUpdate.name}
          rename={async (name) => {
            const { batchUpdateId } = batchUpdate;
            client.setQueryData(["batch-updates", batchUpdateId], await renameBatchUpdate(batchUpdateId, name));
            await client.invalidateQueries({ queryKey: ["batch-updates", "list"] });
          }}
        />
      )}
    </section>
  );
}
