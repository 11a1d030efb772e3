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
  exportPlan: { answer: { csvUrl: "https://files.example.org/piedmont/batch-updates/plan.csv" } },
  excludeFromPlan: { body: { warning: "RESERVES_WAITING" }, answer: reviewed },
  includeInPlan: { body: { patronIds: ["P000123"] }, answer: reviewed },
};
