import { defaultAuditDays } from "#domain/audit/entry";
import { defaultIdleMinutes } from "#domain/idle";
import { type Approval, type Library, type LibrarySettings, librarySettingsSchema } from "#domain/library";
import type { FieldError } from "../controls/error-summary.tsx";

/** The settings while they are changed: numbers and days are text, which may not be right yet. */
export interface SettingsDraft
  extends Omit<LibrarySettings, NumberSetting | "closedDays" | "queueFunctions" | "approval"> {
  /** Empty where the library says nothing. */
  readonly approval: Approval | "";
  /** Settings of a later version, which this one does not know: a save leaves them as they are. */
  readonly others: Readonly<Record<string, unknown>>;
  readonly numbers: Readonly<Record<NumberSetting, string>>;
  readonly closedDays: string;
  readonly queueFunctions: readonly {
    function: LibrarySettings["queueFunctions"][number]["function"];
    limit: string;
  }[];
}

export const numberSettings = {
  defaultServiceQueueSize: "Default service queue size",
  largeBatchThreshold: "Large-batch threshold, patrons",
  failureThresholdPercent: "Failure threshold, percent",
  retentionDays: "Days that undo and evidence are kept",
  auditDays: "Days that audit entries are kept",
  idleMinutes: "Minutes of inactivity before sign-out",
} as const;
export type NumberSetting = keyof typeof numberSettings;
export const numberSettingNames = [
  "defaultServiceQueueSize",
  "largeBatchThreshold",
  "failureThresholdPercent",
  "retentionDays",
  "auditDays",
  "idleMinutes",
] as const satisfies readonly NumberSetting[];
/** What holds where one of these is left empty. */
export const numberSettingHints: Partial<Record<NumberSetting, string>> = {
  retentionDays:
    "A batch update can be undone for this many days after it ends. Then its plan, outcomes and report are deleted for good; its counts and the audit stay.",
  auditDays: `If empty, ${defaultAuditDays.toLocaleString("en-US")} days.`,
  idleMinutes: `If empty, ${defaultIdleMinutes} minutes. People are warned first, and can stay signed in.`,
};

/** Beside the settings, what the console itself adds to them. */
const known: ReadonlySet<string> = new Set([...Object.keys(librarySettingsSchema.shape), "library", "etag"]);

export function settingsDraft(library: Library): SettingsDraft {
  return {
    name: library.name,
    timeZone: library.timeZone,
    media: library.media,
    mediumStatuses: library.mediumStatuses,
    mainStatuses: library.mainStatuses,
    serveCodes: library.serveCodes,
    branches: library.branches,
    serviceDays: library.serviceDays,
    closedDays: library.closedDays.join("\n"),
    queueFunctions: library.queueFunctions.map((row) => ({
      function: row.function,
      limit: row.limit?.toString() ?? "",
    })),
    numbers: {
      defaultServiceQueueSize: String(library.defaultServiceQueueSize),
      largeBatchThreshold: String(library.largeBatchThreshold),
      failureThresholdPercent: String(library.failureThresholdPercent),
      retentionDays: String(library.retentionDays),
      auditDays: library.auditDays?.toString() ?? "",
      idleMinutes: library.idleMinutes?.toString() ?? "",
    },
    approval: library.approval ?? "",
    others: Object.fromEntries(Object.entries(library).filter(([name]) => !known.has(name))),
  };
}

/** Whether a draft says anything else than the settings it was made from. */
export function hasChanges(draft: SettingsDraft, base: Library): boolean {
  return JSON.stringify(draft) !== JSON.stringify(settingsDraft(base));
}

/** A draft on top of settings that somebody else has changed since it was begun. */
export interface Rebased {
  readonly draft: SettingsDraft;
  /** Names of the settings that the other one changed, as shown. */
  readonly theirs: readonly string[];
  /** Of these, the ones that the draft changes too: there the draft holds. */
  readonly both: readonly string[];
}

/**
 * What the person changed stays, everything else becomes what is there now.
 *
 * @param base the settings from which the draft was made
 */
export function rebased(draft: SettingsDraft, base: Library, present: Library): Rebased {
  const before = flat(settingsDraft(base));
  const now = flat(settingsDraft(present));
  const mine = flat(draft);
  const differs = (a: Flat, b: Flat) =>
    Object.keys(a).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
  const theirs = differs(before, now);
  const own = new Set(differs(before, mine));
  const taken = Object.fromEntries(theirs.filter((name) => !own.has(name)).map((name) => [name, now[name]]));
  const { numbers, ...rest } = draft;
  const numbersTaken = Object.fromEntries(Object.entries(taken).filter(([name]) => name in numbers));
  const restTaken = Object.fromEntries(Object.entries(taken).filter(([name]) => name in rest));
  return {
    draft: { ...rest, ...restTaken, numbers: { ...numbers, ...numbersTaken } },
    theirs: theirs.map(words),
    both: theirs.filter((name) => own.has(name)).map(words),
  };
}

type Flat = Readonly<Record<string, unknown>>;

function flat({ numbers, ...rest }: SettingsDraft): Flat {
  return { ...rest, ...numbers };
}

/** The settings a draft says, or what is wrong, each with the id of its control. */
export function finishedSettings(draft: SettingsDraft): { settings: LibrarySettings } | { errors: FieldError[] } {
  const { numbers, closedDays, queueFunctions, approval, others, ...same } = draft;
  const asNumber = (text: string) => (text.trim() === "" ? undefined : Number(text));
  const parsed = librarySettingsSchema.safeParse({
    ...same,
    ...(approval !== "" && { approval }),
    closedDays: closedDays.split(/[\s,;]+/).filter((day) => day !== ""),
    queueFunctions: queueFunctions.map(({ function: name, limit }) => ({
      function: name,
      ...(limit.trim() !== "" && { limit: Number(limit) }),
    })),
    ...Object.fromEntries(
      numberSettingNames.map((name) => [name, asNumber(numbers[name])]).filter(([, value]) => value !== undefined),
    ),
  });
  if (parsed.success) return { settings: { ...others, ...parsed.data } };
  return {
    errors: parsed.error.issues.map(({ path, message }) => ({
      id: controlOf(path.map(String)),
      message: `${path.length > 0 ? `${words(String(path[0]))}: ` : ""}${message}.`,
    })),
  };
}

const tables = ["media", "mediumStatuses", "mainStatuses", "serveCodes", "branches"];

function controlOf([setting = "name", row, part]: readonly string[]): string {
  if (tables.includes(setting)) return row === undefined ? `${setting}-add` : `${setting}-${row}-${part ?? "code"}`;
  if (setting === "serviceDays") return "serviceDays-MON";
  if (setting === "queueFunctions") return `queueFunctions-${row ?? "0"}`;
  return setting;
}

function words(setting: string): string {
  const spaced = setting.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
