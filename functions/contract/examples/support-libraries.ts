import type { Example } from "../operation.ts";

const made = { library: "lakeshore", name: "Lakeshore Talking Book Center", timeZone: "America/Chicago" };
const served = { ...made, suspended: false, createdAt: "2026-03-02T13:40:51.310Z" };

/** One call to show for each operation, by its name. */
export const supportLibrariesExamples: Readonly<Record<string, Example>> = {
  listLibraries: { answer: { items: [served] } },
  createLibrary: { body: { ...made, copyFrom: "piedmont" }, answer: served },
  getServedLibrary: { answer: served },
  suspendLibrary: { body: { suspended: true }, answer: { ...served, suspended: true } },
  deleteLibrary: {
    body: { library: "lakeshore" },
    answer: { ...served, suspended: true, deleteAt: "2026-03-09T15:02:00.000Z" },
  },
  restoreLibrary: { answer: served },
};
