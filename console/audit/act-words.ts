/** What an act did, to be followed by the thing it was done to: `planned`, then `the batch update Spring move`. */
export const acts: Readonly<Record<string, string>> = {
  BATCH_UPDATE_CREATED: "planned",
  BATCH_UPDATE_PROCESSED: "processed",
  BATCH_UPDATE_SCHEDULED: "scheduled",
  BATCH_UPDATE_UNSCHEDULED: "took off the schedule",
  BATCH_UPDATE_CANCELLED: "canceled",
  BATCH_UPDATE_RENAMED: "renamed",
  BATCH_UPDATE_RETRIED: "planned a retry of",
  BATCH_UPDATE_UNDONE: "planned an undo of",
  BATCH_UPDATE_HANDED_OVER: "handed over",
  BATCH_UPDATE_RETURNED: "gave back",
  BATCH_UPDATE_PATRONS_EXCLUDED: "left patrons out of",
  BATCH_UPDATE_PATRONS_INCLUDED: "brought patrons back into",
  BATCH_UPDATE_EXPIRED: "canceled, because no one continued with it,",
  BATCH_UPDATE_FAILED: "gave up",
  BATCH_UPDATE_STOPPED: "stopped",
  EVIDENCE_DELETED: "deleted the evidence of",
  QUERY_SET_CREATED: "ran the query of",
  QUERY_SET_STARTED: "started reading the IDs of",
  QUERY_SET_RENAMED: "renamed",
  QUERY_SET_EXCLUDED: "left patrons out of",
  QUERY_SET_INCLUDED: "brought patrons back into",
  QUERY_SET_FAILED: "could not build",
  QUERY_SET_NOT_FOLLOWED: "could not plan the batch update that was to follow",
  QUERY_SET_ENDED: "deleted",
  IMPORT_CREATED: "prepared",
  IMPORT_STARTED: "started",
  IMPORT_FAILED: "could not finish",
  EXPORT_CREATED: "asked for",
  EXPORT_FAILED: "could not finish",
  LIBRARY_EXPORT_CREATED: "asked for everything the library has, as",
  SAVED_QUERY_CREATED: "saved",
  SAVED_QUERY_REPLACED: "replaced",
  SAVED_QUERY_DELETED: "deleted",
  PRESET_CREATED: "saved",
  PRESET_REPLACED: "replaced",
  PRESET_DELETED: "deleted",
  RECIPE_CREATED: "saved",
  RECIPE_REPLACED: "replaced",
  RECIPE_DELETED: "deleted",
  PERSON_INVITED: "invited",
  PERSON_INVITED_AGAIN: "invited again",
  PERSON_CHANGED: "changed",
  PERSON_REMOVED: "removed",
  CLIENT_CREATED: "created",
  CLIENT_SECRET_ROTATED: "gave a new secret to",
  CLIENT_REMOVED: "removed",
  SETTINGS_CHANGED: "changed",
  RECORD_EDITED: "edited",
  REPORT_QUEUE_ENTRY: "reported where a title stands in",
  RETRY_SERVICE_QUEUES: "had service queues that failed filled again for",
  PATRON_ERASURE_BEGUN: "asked to erase",
  PATRON_ERASED: "erased",
  PATRONS_READ: "looked at",
  DOWNLOADED: "downloaded",
  ACT_REFUSED: "was refused an act on",
  LIBRARY_CREATED: "created",
  LIBRARY_SUSPENDED: "suspended",
  LIBRARY_TAKEN_BACK: "took back the suspension of",
  LIBRARY_LEAVES: "began the deletion of",
  LIBRARY_RESTORED: "took back the deletion of",
  LIBRARY_DELETED: "deleted",
  JOB_RESTARTED: "restarted",
  EXECUTION_STOPPED: "stopped",
  DEAD_LETTERS_REDRIVEN: "sent again",
  DEAD_LETTERS_DROPPED: "dropped",
  ERASURES_DONE_AGAIN: "did again",
};

/** Those that read badly with only the kind of thing put behind them. */
const names: Readonly<Record<string, string>> = {
  BATCH_UPDATE_UNSCHEDULED: "Took a batch update off the schedule",
  BATCH_UPDATE_EXPIRED: "Canceled a batch update that no one continued with",
  BATCH_UPDATE_FAILED: "Gave up on a batch update",
  PERSON_INVITED_AGAIN: "Invited a person again",
  ACT_REFUSED: "Was refused an act",
  DEAD_LETTERS_REDRIVEN: "Sent dead letters again",
  ERASURES_DONE_AGAIN: "Did erasures again",
};

/** The same as a line of a list of acts: what was done, and to which kind of thing. */
export function actName(action: string): string {
  const name = names[action];
  if (name !== undefined) return name;
  const [did = plain(action)] = [acts[action]];
  const thing = things.find(([begins]) => action.startsWith(begins))?.[1];
  const words = thing === undefined ? did : `${did} ${thing}`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const things = [
  ["BATCH_UPDATE", "a batch update"],
  ["EVIDENCE", "a batch update"],
  ["RETRY_SERVICE", "a batch update"],
  ["QUERY_SET", "a query set"],
  ["IMPORT", "an import"],
  ["EXPORT", "an export"],
  ["LIBRARY_EXPORT", "an export"],
  ["SAVED_QUERY", "a saved query"],
  ["PRESET", "a preset"],
  ["RECIPE", "a recipe"],
  ["PERSON", "a person"],
  ["CLIENT", "a client"],
  ["SETTINGS", "the settings"],
  ["RECORD", "a patron’s record"],
  ["REPORT_QUEUE", "a service queue"],
  ["PATRONS_READ", "patrons"],
  ["PATRON", "a patron"],
  ["DOWNLOADED", "a file"],
  ["LIBRARY", "a library"],
  ["JOB", "a job"],
  ["EXECUTION", "an execution"],
  ["DEAD_LETTERS", "dead letters"],
  ["ERASURES", "erasures"],
] as const;

/** An act that this console does not know yet reads as its code does. */
export function plain(code: string): string {
  return code.toLowerCase().replaceAll("_", " ");
}
