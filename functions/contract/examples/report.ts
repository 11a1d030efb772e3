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
  verifyBatchUpdate: {
    answer: {
      status: "DONE",
      ok: true,
      checks: [
        { name: "records", ok: true, detail: "809 records hold what was written, 3 were written since by others" },
      ],
    },
  },
};
