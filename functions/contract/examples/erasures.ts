import type { Example } from "../operation.ts";

const begun = {
  erasureId: "01k8zq000000000000000erase",
  patronId: "P000123",
  status: "RUNNING",
  reason: "Asked for by letter on 2 March",
  waitsFor: ["batch-updates/01k8zq00000000000000batch1"],
  counts: { items: 9, objects: 0, exports: 1, versions: 0 },
  createdBy: "piedmont-administrator",
  createdAt: "2026-03-02T14:05:09.120Z",
};
const { waitsFor: _, ...alone } = begun;
const ended = {
  ...alone,
  status: "COMPLETED",
  counts: { items: 9, objects: 31, exports: 1, versions: 12 },
  finishedAt: "2026-03-02T14:06:21.004Z",
};

/** One call to show for each operation, by its name. */
export const erasuresExamples: Readonly<Record<string, Example>> = {
  erasePatron: { body: { reason: begun.reason }, answer: begun },
  listErasures: { answer: { items: [ended] } },
  getErasure: { answer: ended },
  eraseAgain: {
    body: { reason: "The table was restored" },
    answer: {
      dryRun: false,
      subject: "erasures",
      does: ["Erases 1 patron of piedmont again, who was erased after the moment that the table is of."],
    },
  },
};
