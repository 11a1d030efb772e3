import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { batchUpdateIdSchema } from "#domain/ids";
import { attentionQuery, executionsQuery, importInQuery, querySetInQuery } from "../api/support.ts";
import { Loaded } from "../controls/loading.tsx";
import { PageHeading } from "../page/page-heading.tsx";
import { views } from "../views.ts";
import { amount } from "../words/format.ts";
import { AttentionList } from "./attention-list.tsx";
import { BatchUpdateJob } from "./batch-update-job.tsx";
import { ExecutionList } from "./execution-list.tsx";
import { OpenInLibrary } from "./open-in-library.tsx";
import { jobPath } from "./paths.ts";
import { StateFacts } from "./state-facts.tsx";
import { useLibraryNames } from "./use-library-names.ts";
import { useSpokenAttention } from "./use-spoken-attention.ts";
import { useSupportActs } from "./use-support-acts.tsx";
import { subjectName } from "./words.ts";

interface Props {
  readonly library: string;
  readonly kind: string;
  readonly id: string;
}

/** One job of a library as support sees it: how it stands, what needs attention, what ran for it, whether its numbers agree. */
export function JobPage({ library, kind, id }: Props) {
  const subject = `${kind}/${id}`;
  const attention = useQuery(attentionQuery());
  const executions = useQuery(executionsQuery({ library, q: id }, { limit: 50, cursor: undefined }));
  const nameOf = useLibraryNames();
  const acts = useSupportActs();
  const its = attention.data?.items.filter((item) => item.library === library && item.subject.includes(id));
  useSpokenAttention(its);
  const name = subjectName(subject);
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return (
    <>
      <p>
        <Link href={views.support}>Support</Link>
      </p>
      <PageHeading title={`${title} of ${nameOf(library)}`} intro={`Of ${nameOf(library)}. ${subject}`}>
        {title}
      </PageHeading>
      {acts.view}
      {its !== undefined && its.length > 0 && (
        <section aria-labelledby="attention">
          <h2 id="attention">Needs attention</h2>
          <AttentionList items={its} nameOf={nameOf} begin={acts.begin} at={jobPath(library, subject)} />
        </section>
      )}
      {kind === "batch-updates" && (
        <BatchUpdateJob library={library} batchUpdateId={batchUpdateIdSchema.parse(id)} begin={acts.begin} />
      )}
      {kind === "query-sets" && <QuerySetJob library={library} id={id} />}
      {kind === "imports" && <ImportJob library={library} id={id} />}
      <section aria-labelledby="executions">
        <h2 id="executions">What ran for it</h2>
        <Loaded from={executions}>
          {({ items }) => (
            <ExecutionList
              label="What ran for it, newest first"
              items={items}
              nameOf={nameOf}
              empty="Nothing Step Functions still knows of: it keeps executions for 90 days."
            />
          )}
        </Loaded>
      </section>
    </>
  );
}

function QuerySetJob({ library, id }: { library: string; id: string }) {
  const querySet = useQuery(querySetInQuery(library, id));
  return (
    <Loaded from={querySet}>
      {(job) => (
        <>
          <dl className="facts">
            <StateFacts job={job} />
            <dt>Patrons</dt>
            <dd>{amount(job.counts.matched)}</dd>
          </dl>
          <p>
            <OpenInLibrary library={library} at={`/query-sets/${id}`}>
              Open it as the library sees it
            </OpenInLibrary>
          </p>
        </>
      )}
    </Loaded>
  );
}

function ImportJob({ library, id }: { library: string; id: string }) {
  const found = useQuery(importInQuery(library, id));
  return (
    <Loaded from={found}>
      {(job) => (
        <dl className="facts">
          <StateFacts job={job} />
          <dt>Records</dt>
          <dd>
            {amount(job.counts.read)} read: {amount(job.counts.created)} new, {amount(job.counts.replaced)} replaced,{" "}
            {amount(job.counts.unchanged)} unchanged, {amount(job.counts.rejected)} rejected
          </dd>
        </dl>
      )}
    </Loaded>
  );
}
