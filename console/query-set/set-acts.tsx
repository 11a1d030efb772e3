import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { QuerySetAnswer } from "#contract/query-sets";
import { libraryQuery, meQuery } from "../api/library.ts";
import { querySetsQuery, refreshQuerySet } from "../api/query-sets.ts";
import { useAction } from "../api/use-action.ts";
import { Failure } from "../controls/failure.tsx";
import { Field } from "../controls/field.tsx";
import { instantText } from "../words/format.ts";
import { justAsked } from "./just-asked.ts";
import { setName } from "./set-name.ts";
import { useChoicesFrom } from "./use-choices-from.ts";

/** The query asked again, and the set held against another one. */
export function SetActs({ querySet: { querySetId, refreshOf } }: { querySet: QuerySetAnswer }) {
  const [, navigate] = useLocation();
  const me = useQuery(meQuery()).data;
  const choicesFrom = useChoicesFrom();
  const refresh = useAction(refreshQuerySet, (made) =>
    navigate(`/query-sets/${made.querySetId}${choicesFrom}`, justAsked),
  );
  const isWriter = me !== undefined && !me.roles.includes("support");
  return (
    <section aria-labelledby="set-acts">
      <h2 id="set-acts">Run again, compare, or export</h2>
      {refresh.error !== null && <Failure error={refresh.error} didAct />}
      {isWriter && (
        <div className="actions">
          <button
            type="button"
            className="usa-button usa-button--outline"
            aria-disabled={refresh.isPending}
            onClick={() => refresh.isPending || refresh.mutate(querySetId)}
          >
            Refresh: run this query again
          </button>
          {me.roles.includes("administrator") && (
            <Link href={`/exports?querySet=${querySetId}`}>Export these patrons</Link>
          )}
        </div>
      )}
      <CompareWith querySetId={querySetId} refreshOf={refreshOf} />
    </section>
  );
}

/** Sets to choose from: those made lately. */
const offered = 100;

function CompareWith({ querySetId, refreshOf }: { querySetId: string; refreshOf: string | undefined }) {
  const [, navigate] = useLocation();
  const [chosen, choose] = useState(refreshOf ?? "");
  const [error, setError] = useState<string>();
  const timeZone = useQuery(libraryQuery()).data?.timeZone;
  const sets = useQuery(querySetsQuery({ limit: offered, cursor: undefined })).data?.items ?? [];
  const others = sets.filter((it) => it.querySetId !== querySetId && it.status === "READY");
  if (others.length === 0) return null;
  return (
    <form
      className="row"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setError(chosen === "" ? "Choose the other query set." : undefined);
        if (chosen === "") document.getElementById("compare-with")?.focus();
        else navigate(`/query-sets/${querySetId}/compare/${chosen}`);
      }}
    >
      <Field id="compare-with" label="Compare with another query set" error={error}>
        {(tied) => (
          <select
            {...tied}
            className="usa-select"
            value={chosen}
            onChange={(event) => {
              choose(event.target.value);
              setError(undefined);
            }}
          >
            <option value="">Choose a query set</option>
            {others.map((it) => (
              <option key={it.querySetId} value={it.querySetId}>
                {instantText(it.createdAt, timeZone)}: {setName(it)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <button type="submit" className="usa-button usa-button--outline">
        Compare
      </button>
    </form>
  );
}
