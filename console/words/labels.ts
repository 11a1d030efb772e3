import { mediumField, storedFieldNames } from "#domain/profile/medium-fields";

/** What the codes of the API read like. A code nobody thought of reads as it is, in small letters. */
const labels: Readonly<Record<string, string>> = {
  ...Object.fromEntries(storedFieldNames.map((name) => [name, mediumField(name).label])),
  serviceQueue: "Service Queue",
  medium: "Medium",
  PLANNING: "Being planned",
  READY: "Ready for review",
  PROCESSING: "Being processed",
  SCHEDULED: "Scheduled",
  CANCELLING: "Being cancelled",
  COMPLETED: "Completed",
  COMPLETED_WITH_ERRORS: "Completed with errors",
  CANCELLED: "Cancelled",
  FAILED: "Failed",
  AWAITING_UPLOAD: "Waiting for its file",
  BUILDING: "Being built",
  UPDATE: "Update",
  CREATE: "New record",
  REMOVE: "Remove record",
  UNCHANGED: "No change",
  CONFLICT: "Conflict",
  NOT_FOUND: "Patron not found",
  INVALID: "Refused",
  EXCLUDED: "Left out",
  RETRY: "Retry",
  UNDO: "Undo",
  UPDATED: "Updated",
  CREATED: "Record created",
  REMOVED: "Record removed",
  UNPROCESSED: "Not reached",
  administrator: "Administrator",
  staff: "Staff",
  INVITED: "Invited",
  ACTIVE: "Active",
  DISABLED: "Shut out",
  PENDING: "Waiting",
  FILLED: "Filled",
  WITHDRAWN: "Withdrawn",
  WAITING: "Waiting",
  ON_ORDER: "On order",
  SENT: "Sent",
  FILL: "To be filled",
  WITHDRAW: "To be withdrawn",
  DUPLICATION: "Duplication",
  PHYSICAL: "Physical",
  SUBJECT: "Subject",
  AUTHOR: "Author",
  SERIES: "Series",
  PATRON_CLOSED: "Patron is closed",
  PATRON_NOT_FOUND: "Patron not found",
  REFILL_ABOVE_MAXIMUM: "Refill point above the queue’s size",
  CODE_UNKNOWN: "Unknown code",
  VALUE_OUT_OF_RANGE: "Value out of range",
  DAY_PASSED: "Day has passed",
  CHANGED_SINCE_REVIEW: "Changed since the review",
  ALREADY_UNDONE: "Already undone",
  NOT_REACHED: "Not reached",
  WRITE_FAILED: "Could not be written",
  ON_DEMAND_WITH_REQUESTS: "On demand, with requests waiting",
  REFILL_BELOW_CARTRIDGES: "Refill point below what the cartridges take",
  RESERVES_WAITING: "Reserves go out all the same",
  ENTRIES_SENT: "Entries on order or sent stay",
};

export function label(code: string): string {
  return Object.hasOwn(labels, code) ? (labels[code] ?? code) : code.toLowerCase().replaceAll("_", " ");
}

/** What each warning of a plan means for the patrons it names. */
export const warningMeanings: Readonly<Record<string, string>> = {
  ON_DEMAND_WITH_REQUESTS:
    "They have requests waiting, and the new serve code never serves by itself. The requests stay until someone acts.",
  REFILL_BELOW_CARTRIDGES: "Their queue can run out before it is refilled, so a cartridge may go out half empty.",
  RESERVES_WAITING: "Their physical reserves go out all the same, before the next service date.",
  ENTRIES_SENT: "Titles that are on order or sent cannot be taken back. They stay in the queue.",
};

/** What each action of a plan means. */
export const actionMeanings: Readonly<Record<string, string>> = {
  UPDATE: "Their record in this medium changes.",
  CREATE: "They have no record in this medium and get one.",
  REMOVE: "The record that was created for them is removed.",
  UNCHANGED: "Their record holds these values already. It is not touched.",
  INVALID: "A rule stands against it. Nothing of theirs changes.",
  CONFLICT: "Their record was changed by someone else. It is left alone.",
  NOT_FOUND: "There is no such patron any more.",
  EXCLUDED: "You left them out. Nothing of theirs changes.",
};
