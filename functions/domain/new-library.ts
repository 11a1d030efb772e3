import type { Library, LibrarySettings } from "./library.ts";

/** What every library begins with that copies no other: the media, statuses and serve codes that most libraries have. */
export const firstSettings = {
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
  branches: [],
  serviceDays: ["MON", "TUE", "WED", "THU", "FRI"],
  closedDays: [],
  queueFunctions: [
    { function: "RESERVE" },
    { function: "REQUEST" },
    { function: "SERIES" },
    { function: "AUTHOR" },
    { function: "SUBJECT" },
  ],
  defaultServiceQueueSize: 20,
  largeBatchThreshold: 500,
  failureThresholdPercent: 50,
  retentionDays: 90,
} satisfies Omit<LibrarySettings, "name" | "timeZone">;

/** A library as it begins: like another one, or with {@link firstSettings}. */
export function newLibrary(
  { library, name, timeZone }: Pick<Library, "library" | "name" | "timeZone">,
  like: LibrarySettings | undefined,
): Library {
  return { ...(like ?? firstSettings), library, name, timeZone };
}
