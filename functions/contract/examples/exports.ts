import type { Example } from "../operation.ts";

const begun = {
  exportId: "01k8zq00000000000000export",
  kind: "patrons",
  format: "csv",
  querySetId: "01k8zq0000000000000000set1",
  status: "RUNNING",
  progress: { done: 0, total: 5 },
  createdBy: "piedmont-administrator",
  createdAt: "2026-03-02T14:05:09.120Z",
};
const ended = {
  ...begun,
  status: "COMPLETED",
  progress: { done: 5, total: 5 },
  rows: 1990,
  finishedAt: "2026-03-02T14:05:14.004Z",
  availableUntil: "2026-03-03T14:05:14.004Z",
  url: "https://files.example.org/piedmont/exports/patrons.csv",
};
const { url: _, ...listed } = ended;

/** One call to show for each operation, by its name. */
export const exportsExamples: Readonly<Record<string, Example>> = {
  createExport: { body: { kind: "patrons", format: "csv", querySetId: begun.querySetId }, answer: begun },
  listExports: { answer: { items: [listed] } },
  getExport: { answer: ended },
};
