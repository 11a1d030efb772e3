import type { Example } from "../operation.ts";

/** One call to show for each operation, by its name. */
export const outcomesExamples: Readonly<Record<string, Example>> = {
  listOutcomes: {
    answer: {
      items: [
        {
          patronId: "P000123",
          lastName: "Calloway",
          firstName: "June",
          outcome: "CONFLICT",
          code: "CHANGED_SINCE_REVIEW",
          message: "deliveryMethod was changed since the review",
          advice:
            "Look at what has changed in the meantime. Retry this batch update if your value should still be set.",
          changes: [{ field: "cutoff", before: 10, after: 12, current: 11 }],
        },
      ],
    },
  },
  listOutcomeIds: { answer: { items: [{ outcome: "UPDATED", patronIds: ["P000124", "P000125"] }] } },
};
