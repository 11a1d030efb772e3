import type { PatronState } from "#domain/plan/plan";
import type { UpdateSpec } from "#domain/plan/update-spec";
import { mediumFieldNames } from "#domain/profile/medium-fields";
import type { MediumFields, MediumRecord } from "#domain/profile/medium-record";

/**
 * What an update does to one patron, written a second time and as plainly as can be: on one plain object, rule by rule,
 * with the tables and ranges spelt out. Compared with the product's planning, which it shares nothing with.
 */

type Values = Record<string, unknown>;

export interface ReferencePlan {
  readonly action: "UPDATE" | "CREATE" | "UNCHANGED" | "NOT_FOUND" | "INVALID";
  readonly code?: string;
  /** The record as it is to be afterwards; where nothing is written, as it is. */
  readonly record: Values | undefined;
}

const closedStatuses = ["DECEASED"];
const statuses = ["ACTIVE", "INACTIVE"];
const serveCodes = ["NA", "XQ"];

export function referencePlan(state: PatronState, spec: UpdateSpec, today: string, day?: string): ReferencePlan {
  const present = fieldsOf(state.record);
  if (state.patron === undefined) return { action: "NOT_FOUND", code: "PATRON_NOT_FOUND", record: present };
  if (closedStatuses.includes(state.patron.mainStatus)) {
    return { action: "INVALID", code: "PATRON_CLOSED", record: present };
  }
  const wanted: Values = { ...spec.changes, nightlyDebug: spec.nightlyDebug };
  delete wanted["addServiceQueue"];
  if (day !== undefined) wanted["nextServiceDate"] = day;
  const next: Values = { ...(present ?? { status: "ACTIVE" }) };
  for (const [field, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    if (value === null) delete next[field];
    else next[field] = value;
  }
  const codes = brokenRules(wanted, next, today);
  const [code] = codes;
  if (code !== undefined) return { action: "INVALID", code, record: present };
  if (present === undefined) return { action: "CREATE", record: next };
  const same = JSON.stringify(sorted(present)) === JSON.stringify(sorted(next));
  return same && spec.changes.addServiceQueue !== true
    ? { action: "UNCHANGED", record: present }
    : { action: "UPDATE", record: next };
}

/** Codes of all rules broken, in the order of a record's fields. */
export function brokenRules(wanted: Values, next: Values, today: string): string[] {
  const codes: string[] = [];
  const isSet = (field: string) => wanted[field] !== undefined && wanted[field] !== null;
  const outside = (field: string, low: number, high: number) =>
    isSet(field) && (Number(wanted[field]) < low || Number(wanted[field]) > high);
  if (isSet("status") && !statuses.includes(String(wanted["status"]))) codes.push("CODE_UNKNOWN");
  if (isSet("serveCode") && !serveCodes.includes(String(wanted["serveCode"]))) codes.push("CODE_UNKNOWN");
  if (isSet("nextServiceDate") && String(wanted["nextServiceDate"]) < today) codes.push("DAY_PASSED");
  if (outside("cutoff", 0, 999)) codes.push("VALUE_OUT_OF_RANGE");
  if (outside("maxServiceQueueSize", 1, 500)) codes.push("VALUE_OUT_OF_RANGE");
  if (outside("refillPoint", 0, 500)) codes.push("VALUE_OUT_OF_RANGE");
  if (outside("maxTitlesPerCartridge", 1, 100)) codes.push("VALUE_OUT_OF_RANGE");
  if (outside("cartridgeLimit", 1, 99)) codes.push("VALUE_OUT_OF_RANGE");
  const refill = next["refillPoint"];
  const most = next["maxServiceQueueSize"];
  const setsOne = isSet("refillPoint") || isSet("maxServiceQueueSize");
  if (setsOne && typeof refill === "number" && typeof most === "number" && refill > most) {
    codes.push("REFILL_ABOVE_MAXIMUM");
  }
  return codes;
}

/** The fields of a record that is there, without version and mark; undefined for none and for a tombstone. */
export function fieldsOf(record: MediumRecord | undefined): MediumFields | undefined {
  if (record === undefined || record.removed === true) return undefined;
  const { lastServedOn } = record;
  const fields: Values = { ...(lastServedOn !== undefined && { lastServedOn }) };
  for (const field of mediumFieldNames) if (record[field] !== undefined) fields[field] = record[field];
  return fields as MediumFields;
}

export function sorted(values: object): [string, unknown][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
