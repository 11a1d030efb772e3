import type { Example } from "../operation.ts";

const entry = {
  sequence: 1,
  titleId: "DB01234",
  title: "The Long Field",
  author: "A. Winter",
  selectType: "SUBJECT",
  source: "Mystery",
  status: "WAITING",
};

/** One call to show for each operation, by its name. */
export const serviceQueuesExamples: Readonly<Record<string, Example>> = {
  getServiceQueue: {
    answer: { entries: [entry], filledAt: "2026-03-02T14:05:12.800Z", filledBy: "01k8zq00000000000000batch1" },
  },
  reportQueueEntry: { body: { status: "SENT" }, answer: { ...entry, status: "SENT" } },
  listFills: {
    answer: {
      items: [
        {
          patronId: "P000123",
          lastName: "Calloway",
          firstName: "June",
          status: "FILLED",
          entriesAdded: 12,
          filledAt: "2026-03-02T14:05:12.800Z",
        },
      ],
    },
  },
  retryServiceQueues: {
    answer: {
      batchUpdateId: "01k8zq00000000000000batch1",
      serviceQueues: { status: "FILLING", requested: 800, filled: 797, withdrawn: 0, failed: 0, pending: 3 },
    },
  },
};
