import { libraryIdSchema } from "#domain/ids";
import type { Library } from "#domain/library";
import { firstSettings } from "#domain/new-library";

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
  ...firstSettings,
  library: libraryIdSchema.parse("piedmont"),
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
  ...firstSettings,
  library: libraryIdSchema.parse("lakeshore"),
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
