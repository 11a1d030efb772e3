import { z } from "zod";
import {
  type PlanAction,
  planActions,
  problemReasonSchema,
  type WarningCode,
  warningCodes,
} from "#domain/batch-update/outcome";
import type { Day } from "#domain/calendar";
import { keptPatronIdSchema } from "#domain/ids";
import type { LineSet } from "#domain/line-set";
import { searchedNames } from "#domain/profile/patron-search";
import { type PlanLine, writes } from "./plan.ts";

/** What the review needs of every line, column by column: 100,000 lines in a few megabytes of JSON. */
export const planIndexSchema = z.object({
  /** First line of each chunk of the plan. */
  starts: z.array(z.number().int()),
  patronIds: z.array(keptPatronIdSchema),
  /**
   * What is looked through for names, see `searchedNames`; of plans of earlier versions the last names alone. Empty where the
   * patron was erased.
   */
  lastNames: z.array(z.string()),
  /** Places in {@link planActions}. */
  actions: z.array(z.number().int()),
  /** 1 where Nightly Debug is turned on, -1 where off, 0 elsewhere. */
  debug: z.array(z.number().int()),
  /** Places in `days`, -1 where the line sets no next service date. */
  dates: z.array(z.number().int()),
  days: z.array(z.string()),
  /** Bit n for warning n of the closed list. */
  warnings: z.array(z.number().int()),
  /** Places in `problemCodes`, -1 without a problem. */
  problems: z.array(z.number().int()),
  problemCodes: z.array(problemReasonSchema),
});
export type PlanIndex = z.infer<typeof planIndexSchema>;

export function emptyIndex(): PlanIndex {
  return {
    starts: [],
    patronIds: [],
    lastNames: [],
    actions: [],
    debug: [],
    dates: [],
    days: [],
    warnings: [],
    problems: [],
    problemCodes: [],
  };
}

/** The columns of one chunk. */
export function indexLines(lines: readonly PlanLine[]): PlanIndex {
  const index = emptyIndex();
  for (const line of lines) {
    index.patronIds.push(line.patronId);
    index.lastNames.push(searchedNames(line));
    index.actions.push(planActions.indexOf(line.action));
    index.debug.push(debugTurn(line));
    // A patron who has the day already is served on it like the others.
    const isValid = writes(line.action) || line.action === "UNCHANGED";
    const day = isValid ? line.after.nextServiceDate : undefined;
    index.dates.push(typeof day === "string" ? placeIn(index.days, day) : -1);
    index.warnings.push(line.warnings.reduce((bits, code) => bits | (1 << warningCodes.indexOf(code)), 0));
    index.problems.push(line.problem === undefined ? -1 : placeIn(index.problemCodes, line.problem.code));
  }
  return index;
}

/** Puts the columns of the next chunk behind those that are there. */
export function appendIndex(whole: PlanIndex, chunk: PlanIndex): void {
  whole.starts.push(whole.patronIds.length);
  const days = chunk.days.map((day) => placeIn(whole.days, day));
  const codes = chunk.problemCodes.map((code) => placeIn(whole.problemCodes, code));
  for (const [i, patronId] of chunk.patronIds.entries()) {
    whole.patronIds.push(patronId);
    whole.lastNames.push(chunk.lastNames[i] ?? "");
    whole.actions.push(chunk.actions[i] ?? 0);
    whole.debug.push(chunk.debug[i] ?? 0);
    whole.dates.push(days[chunk.dates[i] ?? -1] ?? -1);
    whole.warnings.push(chunk.warnings[i] ?? 0);
    whole.problems.push(codes[chunk.problems[i] ?? -1] ?? -1);
  }
}

/** The place of a value in a list, put behind the others where it is new. */
export function placeIn<T>(list: T[], value: T): number {
  const place = list.indexOf(value);
  return place === -1 ? list.push(value) - 1 : place;
}

function debugTurn({ action, before, after }: PlanLine): -1 | 0 | 1 {
  if (action !== "UPDATE" && action !== "CREATE") return 0;
  if (after.nightlyDebug === undefined) return 0;
  const was = before.nightlyDebug === true;
  const will = after.nightlyDebug === true;
  return was === will ? 0 : will ? 1 : -1;
}

const count = z.int().min(0);
/** What the review says of a plan, excluded lines left out. */
export const planSummarySchema = z.object({
  counts: z.object({
    total: count,
    update: count,
    create: count,
    remove: count,
    unchanged: count,
    conflict: count,
    notFound: count,
    invalid: count,
    excluded: count,
  }),
  nightlyDebug: z.object({ turnedOn: count, turnedOff: count }),
  spread: z.array(z.object({ date: z.string(), patrons: count })).optional(),
  warnings: z.array(z.object({ code: z.enum(warningCodes), patrons: count })),
  problems: z.array(z.object({ code: problemReasonSchema, patrons: count })),
  /** Of the excluded lines, by what the plan showed before: what can be brought back. Absent where there are none. */
  leftOut: z
    .object({
      actions: z.array(z.object({ action: z.enum(planActions), patrons: count })),
      warnings: z.array(z.object({ code: z.enum(warningCodes), patrons: count })),
    })
    .optional(),
});
export type PlanSummary = z.infer<typeof planSummarySchema>;

const countNames = {
  UPDATE: "update",
  CREATE: "create",
  REMOVE: "remove",
  UNCHANGED: "unchanged",
  CONFLICT: "conflict",
  NOT_FOUND: "notFound",
  INVALID: "invalid",
} as const satisfies Record<PlanAction, string>;

/**
 * Counts a plan from its index alone. `total` is every line, the excluded ones too. A spread lists the days that valid
 * patrons fall on.
 */
export function summarisePlan(index: PlanIndex, excluded: LineSet, hasSpread: boolean): PlanSummary {
  const counts = {
    total: 0,
    update: 0,
    create: 0,
    remove: 0,
    unchanged: 0,
    conflict: 0,
    notFound: 0,
    invalid: 0,
    excluded: 0,
  };
  const nightlyDebug = { turnedOn: 0, turnedOff: 0 };
  const days = new Map<Day, number>();
  const warnings = warningCodes.map((code) => ({ code, patrons: 0 }));
  const outWarnings = warningCodes.map((code) => ({ code, patrons: 0 }));
  const outActions = planActions.map((action) => ({ action, patrons: 0 }));
  const problems = index.problemCodes.map((code) => ({ code, patrons: 0 }));
  for (let line = 0; line < index.patronIds.length; line++) {
    counts.total++;
    const day = index.days[index.dates[line] ?? -1];
    const bits = index.warnings[line] ?? 0;
    if (excluded.has(line)) {
      counts.excluded++;
      const action = outActions[index.actions[line] ?? 0];
      if (action !== undefined) action.patrons++;
      countBits(outWarnings, bits);
      continue;
    }
    counts[countNames[planActions[index.actions[line] ?? 0] ?? "UPDATE"]]++;
    if (index.debug[line] === 1) nightlyDebug.turnedOn++;
    if (index.debug[line] === -1) nightlyDebug.turnedOff++;
    if (day !== undefined) days.set(day, (days.get(day) ?? 0) + 1);
    countBits(warnings, bits);
    const problem = problems[index.problems[line] ?? -1];
    if (problem !== undefined) problem.patrons++;
  }
  return {
    counts,
    nightlyDebug,
    ...(hasSpread && {
      spread: [...days].map(([date, patrons]) => ({ date, patrons })).sort((a, b) => (a.date < b.date ? -1 : 1)),
    }),
    warnings: warnings.filter(hasPatrons),
    problems: problems.filter(hasPatrons),
    ...(counts.excluded > 0 && {
      leftOut: { actions: outActions.filter(hasPatrons), warnings: outWarnings.filter(hasPatrons) },
    }),
  };
}

const hasPatrons = ({ patrons }: { readonly patrons: number }): boolean => patrons > 0;

function countBits(warnings: readonly { patrons: number }[], bits: number): void {
  if (bits !== 0) for (const [bit, warning] of warnings.entries()) warning.patrons += (bits >> bit) & 1;
}

export interface LineFilter {
  readonly action?: PlanAction | "EXCLUDED" | undefined;
  readonly warning?: WarningCode | undefined;
  readonly problem?: string | undefined;
}

/** True where a line of the index passes a filter; an excluded line's action is EXCLUDED. */
export function lineMatches(index: PlanIndex, line: number, excluded: LineSet, filter: LineFilter): boolean {
  const { action, warning, problem } = filter;
  if (action !== undefined && action !== (excluded.has(line) ? "EXCLUDED" : planActions[index.actions[line] ?? 0]))
    return false;
  return plannedAs(index, line, { warning, problem });
}

/** Like {@link lineMatches}, by what the plan showed before anything was excluded. */
export function plannedAs(index: PlanIndex, line: number, { action, warning, problem }: LineFilter): boolean {
  if (action !== undefined && action !== planActions[index.actions[line] ?? 0]) return false;
  if (warning !== undefined) {
    const bit = warningCodes.indexOf(warning);
    if (bit === -1 || (((index.warnings[line] ?? 0) >> bit) & 1) === 0) return false;
  }
  return problem === undefined || index.problemCodes[index.problems[line] ?? -1] === problem;
}
