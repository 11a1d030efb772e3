import type { Example } from "../operation.ts";
import { reviewed } from "./batch-updates.ts";

/** One call to show for each operation, by its name. */
export const planExamples: Readonly<Record<string, Example>> = {
  listPlan: {
    answer: {
      items: [
        {
          patronId: "P000123",
          lastName: "Calloway",
          firstName: "June",
          action: "UPDATE",
          changes: [{ field: "deliveryMethod", before: "PHYSICAL", after: "DUPLICATION" }],
          warnings: [],
        },
      ],
    },
  },
  listPlannedIds: {
    answer: {
      items: [
        { action: "UPDATE", patronIds: ["P000123", "P000125"] },
        { action: "CREATE", patronIds: ["P000124"] },
      ],
    },
  },
  exportPlan: { answer: { csvUrl: "https://files.example.org/piedmont/batch-updates/plan.csv" } },
  distributePlan: {
    answer: {
      fields: [
        {
          field: "deliveryMethod",
          values: [
            { value: "DUPLICATION", before: 10, after: 810 },
            { value: "PHYSICAL", before: 802, after: 2 },
          ],
        },
      ],
    },
  },
  excludeFromPlan: { body: { warning: "RESERVES_WAITING" }, answer: reviewed },
  includeInPlan: { body: { patronIds: ["P000123"] }, answer: reviewed },
};
