import type { Example } from "../operation.ts";

/** One call to show for each operation, by its name. */
export const reportExamples: Readonly<Record<string, Example>> = {
  getReport: {
    answer: {
      final: true,
      errors: { rows: 2, csvUrl: "https://files.example.org/piedmont/batch-updates/errors.csv" },
      outcomes: { rows: 812, jsonlUrl: "https://files.example.org/piedmont/batch-updates/outcomes.jsonl" },
      serviceQueues: { final: true, rows: 0 },
    },
  },
};
