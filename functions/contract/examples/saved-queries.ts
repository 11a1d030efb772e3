import type { Example } from "../operation.ts";

const body = {
  name: "On demand",
  criteria: { all: [{ field: "Media.serveCode", operator: "begins", value: "O" }] },
};
const kept = {
  savedQueryId: "01k8zq00000000000000saved1",
  ...body,
  searchStatement: "Media Serve Code Begins O",
  createdBy: "piedmont-staff",
  createdAt: "2026-03-02T13:40:51.310Z",
  version: 1,
};

/** One call to show for each operation, by its name. */
export const savedQueriesExamples: Readonly<Record<string, Example>> = {
  listSavedQueries: { answer: { items: [kept] } },
  createSavedQuery: { body, answer: kept },
  getSavedQuery: { answer: kept },
  replaceSavedQuery: { body, answer: { ...kept, changedAt: "2026-03-03T09:12:00.500Z", version: 2 } },
};
