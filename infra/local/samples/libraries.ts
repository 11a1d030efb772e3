import type { Library } from "#domain/library";

const shared = {
  media: [
    { code: "DB", name: "Digital book cartridge" },
    { code: "BR", name: "Braille" },
    { code: "LP", name: "Large print" },
    { code: "DV", name: "Descriptive video" },
    { code: "LDS", name: "Local duplicated serials" },
  ],
  mediumStatuses: [
    { code: "ACTIVE", name: "Active" },
    { code: "INACTIVE", name: "Inactive" },
  ],
  mainStatuses: [
    { code: "ACTIVE", name: "Active", closed: false },
    { code: "SUSPENDED", name: "Suspended", closed: false },
    { code: "WITHDRAWN", name: "Withdrawn", closed: true },
    { code: "DECEASED", name: "Deceased", closed: true },
  ],
  serveCodes: [
    { code: "NA", name: "Nightly, autoselect", schedule: "NIGHTLY", method: "AUTOSELECT" },
    { code: "NL", name: "Nightly, list only", schedule: "NIGHTLY", method: "LIST" },
    { code: "WA", name: "Weekly, autoselect", schedule: "WEEKLY", method: "AUTOSELECT" },
    { code: "MA", name: "Monthly, autoselect", schedule: "MONTHLY", method: "AUTOSELECT" },
    { code: "OA", name: "On demand, autoselect", schedule: "ON_DEMAND", method: "AUTOSELECT" },
    { code: "OL", name: "On demand, list only", schedule: "ON_DEMAND", method: "LIST" },
    { code: "CA30", name: "Every 30 days, autoselect", schedule: "CALENDAR", method: "AUTOSELECT" },
  ],
  serviceDays: ["MON", "TUE", "WED", "THU", "FRI"],
  queueFunctions: [
    { function: "RESERVE" },
    { function: "REQUEST" },
    { function: "SERIES" },
    { function: "AUTHOR" },
    { function: "SUBJECT" },
  ],
  defaultServiceQueueSize: 20,
  failureThresholdPercent: 50,
  retentionDays: 90,
} satisfies Partial<Library>;

/** Federal holidays that move service, for the years that samples are looked at. */
const holidays = [
  "2026-09-07",
  "2026-11-26",
  "2026-11-27",
  "2026-12-24",
  "2026-12-25",
  "2027-01-01",
  "2027-05-31",
  "2027-07-05",
  "2027-09-06",
  "2027-11-25",
  "2027-11-26",
  "2027-12-24",
];

/** The larger sample library, with branches. */
export const piedmont: Library = {
  ...shared,
  library: "piedmont",
  name: "Piedmont Talking Book Library",
  timeZone: "America/New_York",
  branches: [
    { code: "NC1A", name: "Raleigh" },
    { code: "NC1B", name: "Durham" },
    { code: "NC1C", name: "Asheville" },
    { code: "NC1D", name: "Wilmington" },
  ],
  closedDays: holidays,
  largeBatchThreshold: 500,
};

/** The smaller sample library, in another time zone. */
export const lakeshore: Library = {
  ...shared,
  library: "lakeshore",
  name: "Lakeshore Talking Book Center",
  timeZone: "America/Chicago",
  branches: [
    { code: "WI1A", name: "Milwaukee" },
    { code: "WI1B", name: "Green Bay" },
  ],
  closedDays: holidays,
  largeBatchThreshold: 100,
};

export const sampleLibraries: readonly Library[] = [piedmont, lakeshore];
