import type { Example } from "../operation.ts";

const settings = {
  name: "Piedmont Talking Book Library",
  timeZone: "America/New_York",
  media: [{ code: "DB", name: "Digital Book" }],
  mediumStatuses: [
    { code: "ACTIVE", name: "Active" },
    { code: "INACTIVE", name: "Inactive" },
  ],
  mainStatuses: [
    { code: "ACTIVE", name: "Active", closed: false },
    { code: "WITHDRAWN", name: "Withdrawn", closed: true },
  ],
  serveCodes: [{ code: "WA", name: "Weekly, autoselect", schedule: "WEEKLY", method: "AUTOSELECT" }],
  branches: [{ code: "MAIN", name: "Main" }],
  serviceDays: ["MON", "TUE", "WED", "THU", "FRI"],
  closedDays: ["2026-12-25"],
  queueFunctions: [{ function: "RESERVE" }, { function: "SUBJECT", limit: 5 }],
  defaultServiceQueueSize: 20,
  largeBatchThreshold: 5000,
  failureThresholdPercent: 50,
  retentionDays: 90,
};

/** One call to show for each operation, by its name. */
export const libraryExamples: Readonly<Record<string, Example>> = {
  getLibrary: { answer: { library: "piedmont", ...settings } },
  replaceLibrary: { body: settings, answer: { library: "piedmont", ...settings } },
};
