import type { Example } from "../operation.ts";

const querySetId = "01k8zq0000000000000000set1";

const built = {
  querySetId,
  name: "On demand",
  status: "READY",
  progress: { done: 17, total: 17 },
  searchStatement: "Media Serve Code Begins O",
  counts: { matched: 812, excluded: 0, notFound: 0, duplicates: 0 },
  createdBy: "piedmont-staff",
  createdAt: "2026-03-02T13:40:51.310Z",
  keptUntil: "2026-05-31T13:40:51.310Z",
};

const byServeCode = { all: [{ field: "Media.serveCode", operator: "begins", value: "O" }] } as const;

/** One call to show for each operation, by its name. */
export const querySetsExamples: Readonly<Record<string, Example>> = {
  createQuerySet: {
    body: { name: "On demand", criteria: byServeCode },
    answer: { querySetId, status: "BUILDING", searchStatement: "Media Serve Code Begins O" },
  },
  startQuerySet: { answer: { ...built, status: "BUILDING", progress: { done: 0, total: 17 } } },
  listQuerySets: { answer: { items: [built] } },
  getQuerySet: { answer: { ...built, criteria: byServeCode } },
  renameQuerySet: { body: { name: "On demand" }, answer: built },
  refreshQuerySet: {
    answer: {
      ...built,
      querySetId: "01k8zq0000000000000000set2",
      status: "BUILDING",
      progress: { done: 0, total: 17 },
      refreshOf: querySetId,
    },
  },
  compareQuerySets: {
    answer: {
      items: [{ patronId: "P000123", lastName: "Calloway", mainStatus: "ACTIVE", in: "JOINED" }],
      counts: { joined: 1, left: 3, both: 811 },
    },
  },
  listMembers: {
    answer: {
      items: [
        {
          patronId: "P000123",
          lastName: "Calloway",
          mainStatus: "ACTIVE",
          media: { DB: { serveCode: "OA", version: 7 } },
          excluded: false,
        },
      ],
    },
  },
  summarizeQuerySet: {
    answer: {
      byBranch: [{ code: "MAIN", patrons: 800 }, { patrons: 12 }],
      byMainStatus: [{ code: "ACTIVE", patrons: 812 }],
      byMedium: [{ code: "DB", patrons: 812 }],
      byServeCode: [{ code: "OA", patrons: 812 }],
    },
  },
  listNotFound: { answer: { items: [{ patronId: "P999999" }] } },
  excludeMembers: { body: { patronIds: ["P000123"] }, answer: { ...built, counts: { ...built.counts, excluded: 1 } } },
  includeMembers: { body: { patronIds: ["P000123"] }, answer: built },
};
