import type { Example } from "../operation.ts";

const begun = {
  exportId: "01k8zq00000000000000export",
  library: "piedmont",
  status: "RUNNING",
  progress: { done: 0, total: 1 },
  createdBy: "keystone-support",
  createdAt: "2026-03-02T14:05:09.120Z",
};
const name = "patrons.jsonl";

/** One call to show for each operation, by its name. */
export const leavingExamples: Readonly<Record<string, Example>> = {
  exportLibrary: { answer: begun },
  getLibraryExport: {
    answer: {
      ...begun,
      status: "COMPLETED",
      progress: { done: 22, total: 22 },
      files: [{ name, rows: 19_312, url: `https://files.example.org/piedmont/exports/${name}` }],
      finishedAt: "2026-03-02T14:06:14.004Z",
      availableUntil: "2026-03-03T14:06:14.004Z",
    },
  },
};
