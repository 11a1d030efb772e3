import { useQuery } from "@tanstack/react-query";
import { executionOutcomes } from "#contract/support";
import { workflowNames } from "#domain/workflow";
import { executionsQuery } from "../api/support.ts";
import { servedLibrariesQuery } from "../api/support-libraries.ts";
import { FilterSelect } from "../controls/filter-select.tsx";
import { Loaded } from "../controls/loading.tsx";
import { Pager } from "../controls/pager.tsx";
import { useList } from "../controls/use-list.ts";
import { PageHeading } from "../page/page-heading.tsx";
import { ExecutionList } from "./execution-list.tsx";
import { FindJob } from "./find-job.tsx";
import { useLibraryNames } from "./use-library-names.ts";
import { workflowWords } from "./words.ts";

const outcomeWords = {
  CLEAN: "Succeeded",
  WITH_FAILED_CHUNKS: "Ended, but chunks failed",
  FAILED: "Failed or stopped",
} as const;

/** Executions of all libraries, newest first. */
export function ExecutionsPage() {
  const list = useList("executions", ["library", "workflow", "outcome", "q"]);
  const executions = useQuery(executionsQuery(list.filter, list.request));
  const libraries = useQuery(servedLibrariesQuery());
  const nameOf = useLibraryNames();
  return (
    <>
      <PageHeading intro="Everything that has run, newest first. A job may have several executions: planning, applying, and each further attempt.">
        Executions
      </PageHeading>
      <div className="filters">
        <FilterSelect
          id="executions-library"
          label="Library"
          all="Every library"
          value={list.filter.library}
          options={(libraries.data ?? []).map(({ library, name }) => ({ value: library, text: name }))}
          choose={(value) => list.narrow("library", value)}
        />
        <FilterSelect
          id="executions-workflow"
          label="Doing what"
          all="Anything"
          value={list.filter.workflow}
          options={workflowNames.map((value) => ({ value, text: workflowWords[value] }))}
          choose={(value) => list.narrow("workflow", value)}
        />
        <FilterSelect
          id="executions-outcome"
          label="How it went"
          all="Any result"
          value={list.filter.outcome}
          options={executionOutcomes.map((value) => ({ value, text: outcomeWords[value] }))}
          choose={(value) => list.narrow("outcome", value)}
        />
        {list.filter.q !== "" && (
          <button
            type="button"
            className="usa-button usa-button--outline"
            onClick={() => {
              list.narrow("q", "");
              document.getElementById("find-job")?.focus();
            }}
          >
            Also those without “{list.filter.q}”
          </button>
        )}
      </div>
      <FindJob />
      <Loaded from={executions}>
        {({ items, nextCursor }) => (
          <>
            <ExecutionList
              label="Executions, newest first"
              items={items}
              nameOf={nameOf}
              empty="No executions match."
            />
            <Pager
              of="the executions"
              list={list}
              shown={items.length}
              nextCursor={nextCursor}
              isStale={executions.isPlaceholderData}
            />
          </>
        )}
      </Loaded>
    </>
  );
}
