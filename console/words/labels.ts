import { mediumField, storedFieldNames } from "#domain/profile/medium-fields";

/** What the codes of the API read like. A code nobody thought of reads as it is, in small letters. */
const labels: Readonly<Record<string, string>> = {
  ...Object.fromEntries(storedFieldNames.map((name) => [name, mediumField(name).label])),
  serviceQueue: "Service Queue",
  medium: "Medium",
  PLANNING: "Planning",
  READY: "Ready for review",
  PROCESSING: "Processing",
  SCHEDULED: "Scheduled",
  CANCELLING: "Canceling",
  COMPLETED: "Completed",
  COMPLETED_WITH_ERRORS: "Completed with errors",
  CANCELLED: "Canceled",
  FAILED: "Failed",
  AWAITING_UPLOAD: "Waiting for file",
  BUILDING: "Building",
  RUNNING: "Running",
  UPDATE: "Update",
  CREATE: "New record",
  REMOVE: "Remove record",
  UNCHANGED: "No change",
  CONFLICT: "Conflict",
  NOT_FOUND: "Patron not found",
  INVALID: "Blocked by a rule",
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
  DISABLED: "Disabled",
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
  RESERVE: "Reserve",
  REQUEST: "Request",
  SUBJECT: "Subject",
  AUTHOR: "Author",
  SERIES: "Series",
  NIGHTLY: "Nightly",
  WEEKLY: "Weekly",
  MONTHLY: "Monthly",
  CALENDAR: "Calendar",
  ON_DEMAND: "On demand",
  AUTOSELECT: "Autoselect",
  LIST: "List only",
  PATRON_CLOSED: "Patron is closed",
  PATRON_NOT_FOUND: "Patron not found",
  REFILL_ABOVE_MAXIMUM: "Refill point above the queue’s size",
  CODE_UNKNOWN: "Unknown code",
  VALUE_OUT_OF_RANGE: "Value out of range",
  DAY_PASSED: "Date has passed",
  CHANGED_SINCE_REVIEW: "Changed since the review",
  ALREADY_UNDONE: "Already undone",
  NOT_REACHED: "Not reached",
  WRITE_FAILED: "Could not be written",
  ON_DEMAND_WITH_REQUESTS: "On demand, with requests waiting",
  REFILL_BELOW_CARTRIDGES: "Refill point below what the cartridges take",
  RESERVES_WAITING: "Reserves still go out",
  ENTRIES_SENT: "Entries on order or sent stay",
};

export function label(code: string): string {
  return labelOf(code) ?? code.toLowerCase().replaceAll("_", " ");
}

/** What is known of a code, for texts in which a word may be one. */
export function labelOf(code: string): string | undefined {
  return Object.hasOwn(labels, code) ? labels[code] : undefined;
}

/** What each warning of a plan means for the patrons it names. */
export const warningMeanings: Readonly<Record<string, string>> = {
  ON_DEMAND_WITH_REQUESTS:
    "They have requests waiting, but the new serve code sends nothing on its own. The requests wait until someone acts.",
  REFILL_BELOW_CARTRIDGES: "Their queue can run out before it is refilled, so a cartridge may go out half empty.",
  RESERVES_WAITING: "Their physical reserves still go out before the next service date.",
  ENTRIES_SENT: "Titles that are on order or already sent cannot be recalled. They stay in the queue.",
};

/** What each action of a plan means. */
export const actionMeanings: Readonly<Record<string, string>> = {
  UPDATE: "Their record in this medium changes.",
  CREATE: "They have no record in this medium and get one.",
  REMOVE: "The record that was created for them is removed.",
  UNCHANGED: "Their record already has these values. It is not touched.",
  INVALID: "A rule blocks the change. Nothing changes for them.",
  CONFLICT: "Their record was changed by someone else. It is left alone.",
  NOT_FOUND: "This patron no longer exists.",
  EXCLUDED: "They were left out. Nothing changes for them.",
};

/** What each outcome means. */
export const outcomeMeanings: Readonly<Record<string, string>> = {
  UPDATED: "Their record was changed as the review showed.",
  CREATED: "They had no record in this medium and got one.",
  REMOVED: "The record that had been created for them was removed.",
  UNCHANGED: "Their record already had these values. It was not touched.",
  INVALID: "A rule blocked the change. Nothing was changed for them.",
  CONFLICT: "Their record was changed by someone else since the review. It was left alone.",
  NOT_FOUND: "This patron no longer existed.",
  FAILED: "Their record could not be written. It is as it was.",
  UNPROCESSED: "Their turn did not come. Their record is as it was.",
  EXCLUDED: "They were left out. Nothing was changed for them.",
};
