import type { Example } from "../operation.ts";

/** One call to show for each operation, by its name. */
export const eventsExamples: Readonly<Record<string, Example>> = {
  listEvents: {
    answer: {
      items: [
        {
          eventId: "000000000042",
          at: "2026-03-02T13:55:03.410Z",
          type: "BATCH_UPDATE",
          subject: "batch-updates/01k8zq00000000000000batch1",
          status: "READY",
        },
      ],
    },
  },
};
