import type { Example } from "../operation.ts";

const medium = {
  status: "ACTIVE",
  serveCode: "WA",
  deliveryMethod: "PHYSICAL",
  nextServiceDate: "2026-03-09",
  cutoff: 10,
  nightlyDebug: false,
  version: 7,
};

const summary = {
  patronId: "P000123",
  lastName: "Calloway",
  firstName: "June",
  mainStatus: "ACTIVE",
  branch: "MAIN",
  city: "Greensboro",
  county: "Guilford",
  state: "NC",
  registeredOn: "2019-04-12",
  language: "English",
};

/** One call to show for each operation, by its name. */
export const patronsExamples: Readonly<Record<string, Example>> = {
  listPatrons: { answer: { items: [summary] } },
  getPatron: {
    answer: {
      ...summary,
      preferences: [{ type: "SUBJECT", code: "Mystery", exclusion: false }],
      reserves: ["DB01234"],
      requests: [],
      media: { DB: medium },
    },
  },
  listPatronHistory: {
    answer: {
      items: [
        {
          batchUpdateId: "01k8zq00000000000000batch1",
          name: "Move to duplication",
          kind: "UPDATE",
          medium: "DB",
          outcome: "UPDATED",
          changes: [{ field: "deliveryMethod", before: "PHYSICAL", after: "DUPLICATION" }],
          processedBy: "piedmont-administrator",
          processedAt: "2026-03-02T14:05:09.120Z",
        },
        {
          kind: "EDIT",
          medium: "DB",
          outcome: "UPDATED",
          changes: [{ field: "cutoff", before: 10, after: 12 }],
          processedBy: "piedmont-administrator",
          processedAt: "2026-02-11T09:30:00.000Z",
        },
      ],
    },
  },
  getMediumRecord: { answer: { medium: "DB", ...medium } },
  editMediumRecord: {
    body: { cutoff: 12, refillPoint: null },
    answer: { medium: "DB", ...medium, cutoff: 12, version: 8 },
  },
};
