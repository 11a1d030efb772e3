import { codeOf, day, type FieldKind, flag, oneOf, wholeNumber } from "./field.ts";

export const deliveryMethods = ["PHYSICAL", "DUPLICATION"] as const;

/**
 * How a batch update or a single edit may change a field.
 *
 * - SET: it may be set. SET_OR_CLEAR: it may be emptied too.
 * - ALWAYS: a batch update must say it, for it applies it as it stands; a single edit may set it.
 * - NONE: imports alone write it.
 */
export type FieldChangeRule = "SET" | "SET_OR_CLEAR" | "ALWAYS" | "NONE";

export type MediumField = FieldKind & {
  /** As people read it. */
  readonly label: string;
  readonly change: FieldChangeRule;
  /** Of a day: a batch update or a single edit may not set it to one that has passed. */
  readonly notPast?: true;
};

/**
 * Every field of a medium record, in the order in which plans, reports and forms show them. This is the one place where a
 * field is added: import lines, CSV columns, queries, the update spec, single edits, storage and the console's words
 * follow from it.
 */
export const mediumFields = {
  status: { label: "Status", ...codeOf("mediumStatuses"), change: "SET" },
  serveCode: { label: "Serve Code", ...codeOf("serveCodes"), change: "SET" },
  deliveryMethod: { label: "Delivery Method", ...oneOf(deliveryMethods), change: "SET" },
  nextServiceDate: { label: "Next Service Date", ...day, change: "SET_OR_CLEAR", notPast: true },
  cutoff: { label: "Cutoff", ...wholeNumber(0, 999), change: "SET_OR_CLEAR" },
  nightlyDebug: { label: "Nightly Debug", ...flag, change: "ALWAYS" },
  maxServiceQueueSize: { label: "Max Service Queue Size", ...wholeNumber(1, 500), change: "SET_OR_CLEAR" },
  refillPoint: { label: "Refill Point", ...wholeNumber(0, 500), change: "SET_OR_CLEAR" },
  maxTitlesPerCartridge: { label: "Max Titles Per Cartridge", ...wholeNumber(1, 100), change: "SET_OR_CLEAR" },
  cartridgeLimit: { label: "Cartridge Limit", ...wholeNumber(1, 99), change: "SET_OR_CLEAR" },
  lastServedOn: { label: "Last Served On", ...day, change: "NONE" },
} satisfies Record<string, MediumField>;
