import type { Example } from "../operation.ts";

const planning = {
  batchUpdateId: "01k8zq00000000000000batch1",
  name: "Move to duplication",
  querySetId: "01k8zq0000000000000000set1",
  status: "PLANNING",
  kind: "UPDATE",
  medium: "DB",
  nightlyDebug: false,
  changes: { deliveryMethod: "DUPLICATION" },
  searchStatement: "Media Serve Code Begins O",
  large: false,
  progress: { done: 0, total: 812 },
  serviceQueues: { status: "NONE", requested: 0, filled: 0, withdrawn: 0, failed: 0, pending: 0 },
  children: [],
  createdBy: "piedmont-administrator",
  createdAt: "2026-03-02T13:55:02.007Z",
};
const planDigest = "5f0c1f6f";
/** A batch update in review, for examples. */
export const reviewed = {
  ...planning,
  status: "READY",
  progress: { done: 812, total: 812 },
  plan: {
    digest: planDigest,
    counts: {
      total: 812,
      update: 800,
      create: 0,
      remove: 0,
      unchanged: 10,
      conflict: 0,
      notFound: 0,
      invalid: 2,
      excluded: 0,
    },
    nightlyDebug: { turnedOn: 0, turnedOff: 3 },
    warnings: [],
    problems: [{ code: "PATRON_CLOSED", patrons: 2 }],
  },
  plannedAt: "2026-03-02T13:55:03.410Z",
};

const handedOver = {
  ...reviewed,
  handover: { by: "piedmont-staff", at: "2026-03-02T13:58:00.000Z", note: "As agreed on Monday" },
};

const processing = {
  ...reviewed,
  status: "PROCESSING",
  progress: { done: 0, total: 812 },
  processedBy: "piedmont-administrator",
  processedAt: "2026-03-02T14:05:09.120Z",
};
const childOf = (kind: "RETRY" | "UNDO") => ({
  ...planning,
  batchUpdateId: "01k8zq00000000000000batch2",
  kind,
  parentId: planning.batchUpdateId,
});

/** One call to show for each operation, by its name. */
export const batchUpdatesExamples: Readonly<Record<string, Example>> = {
  createBatchUpdate: {
    body: {
      querySetId: planning.querySetId,
      name: "Move to duplication",
      medium: "DB",
      nightlyDebug: false,
      changes: { deliveryMethod: "DUPLICATION" },
    },
    answer: planning,
  },
  listBatchUpdates: { answer: { items: [reviewed] } },
  getBatchUpdate: { answer: reviewed },
  renameBatchUpdate: { body: { name: "Move to duplication" }, answer: reviewed },
  duplicateBatchUpdate: { answer: { ...planning, batchUpdateId: "01k8zq00000000000000batch2" } },
  handOverBatchUpdate: { body: { note: "As agreed on Monday" }, answer: handedOver },
  returnBatchUpdate: {
    body: { note: "Leave the schools out, please" },
    answer: {
      ...reviewed,
      returned: { by: "piedmont-administrator", at: "2026-03-02T14:01:00.000Z", note: "Leave the schools out, please" },
    },
  },
  unscheduleBatchUpdate: { answer: reviewed },
  processBatchUpdate: { body: { planDigest, patronCount: 800 }, answer: processing },
  cancelBatchUpdate: {
    answer: { ...processing, status: "CANCELLING", stateReason: "Canceled by piedmont-administrator" },
  },
  retryBatchUpdate: { answer: childOf("RETRY") },
  undoBatchUpdate: { body: { patronIds: ["P000123"] }, answer: childOf("UNDO") },
};
