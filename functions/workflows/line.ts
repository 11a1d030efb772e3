import type { WorkflowName } from "#domain/workflow";
import { loadOpenWork, type OpenWork } from "#records/store/open-work";
import type { Store } from "#records/store/store";

/**
 * Jobs of one library that are at work at a time; more of them stand in line. Sixty query sets asked for at once would
 * otherwise take every place that Lambda has for an account, and other libraries would wait for them all. What writes is
 * never many: a batch update holds its medium alone, an import its kind. An erasure that waits for other jobs is not at work.
 */
const mostAtWork: Readonly<Record<WorkflowName, number>> = {
  "build-query-set": 4,
  plan: 4,
  apply: Number.POSITIVE_INFINITY,
  import: Number.POSITIVE_INFINITY,
  export: 4,
  erase: 4,
};

/** Of one library's open work, what may be at work now: of each workflow the first that were asked for. */
export function inTurn(open: readonly OpenWork[]): OpenWork[] {
  const taken = new Map<WorkflowName, number>();
  const order = (work: OpenWork) => `${work.openedAt} ${work.id}`;
  return open
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1))
    .filter(({ workflow, waits }) => {
      // It was at work already, and takes nobody's place until it is again.
      if (waits === true) return true;
      const before = taken.get(workflow) ?? 0;
      taken.set(workflow, before + 1);
      return before < mostAtWork[workflow];
    });
}

/** Whether a piece of open work stands in line: others of its library were asked for before it, and are at work. */
export async function standsInLine(store: Store, { id, workflow }: OpenWorkName): Promise<boolean> {
  if (mostAtWork[workflow] === Number.POSITIVE_INFINITY) return false;
  const open = await loadOpenWork(store);
  const isMeant = (work: OpenWork) => work.id === id && work.workflow === workflow;
  return open.some(isMeant) && !inTurn(open).some(isMeant);
}

type OpenWorkName = Pick<OpenWork, "id" | "workflow">;
