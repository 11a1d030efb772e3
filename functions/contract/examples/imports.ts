import type { Example } from "../operation.ts";

const importId = "01k8zq00000000000000import";

const waiting = {
  importId,
  kind: "patrons",
  format: "jsonl",
  status: "RUNNING",
  progress: { done: 500, total: 2000 },
  counts: { read: 0, created: 0, replaced: 0, unchanged: 0, rejected: 0 },
  createdBy: "piedmont-administrator",
  createdAt: "2026-03-02T14:05:09.120Z",
  startedAt: "2026-03-02T14:06:11.004Z",
};
const ended = {
  ...waiting,
  status: "COMPLETED_WITH_ERRORS",
  progress: { done: 2000, total: 2000 },
  counts: { read: 2000, created: 1990, replaced: 0, unchanged: 0, rejected: 10 },
  errorsCsvUrl: "https://files.example.org/piedmont/imports/errors.csv",
  finishedAt: "2026-03-02T14:06:20.778Z",
};

/** One call to show for each operation, by its name. */
export const importsExamples: Readonly<Record<string, Example>> = {
  createImport: {
    body: { kind: "patrons", format: "jsonl" },
    answer: {
      importId,
      status: "AWAITING_UPLOAD",
      upload: {
        url: "https://files.example.org/piedmont/imports/file",
        method: "PUT",
        headers: { "content-type": "application/x-ndjson" },
      },
    },
  },
  listImports: { answer: { items: [waiting] } },
  getImport: { answer: ended },
  startImport: { answer: waiting },
};
