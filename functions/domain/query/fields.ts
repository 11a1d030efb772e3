import type { MediumRecord } from "#domain/profile/medium-record";
import type { Patron, Preference } from "#domain/profile/patron";

export const queryGroups = ["Patron", "Media", "Preference"] as const;
export type QueryGroup = (typeof queryGroups)[number];
export type QueryFieldType = "text" | "number" | "day" | "checkBox";

/** What a query looks at: one patron, the medium records that are not removed, and queue lengths where a criterion asks for them. */
export interface QuerySubject {
  readonly patron: Patron;
  readonly media: readonly MediumRecord[];
  /** Per medium, how many entries of the service queue are not SENT. A medium without a queue counts as 0. */
  readonly queueSizes?: Readonly<Record<string, number>>;
}

/** A value as records hold it. `null` and the empty text count as missing. */
export type FieldValue = string | number | boolean | null | undefined;

interface Described {
  /** As criteria write it: `Media.serveCode`. */
  readonly field: string;
  /** As people read it: `Serve Code`. */
  readonly label: string;
  readonly type: QueryFieldType;
}
export interface PatronField extends Described {
  readonly group: "Patron";
  readonly read: (patron: Patron) => FieldValue;
}
/** A field of the patron that has one value for each medium record: `Patron.hasMedium`. */
export interface PatronMediaField extends Described {
  readonly group: "Patron";
  readonly readEach: (medium: MediumRecord) => FieldValue;
}
export interface MediaField extends Described {
  readonly group: "Media";
  readonly read: (medium: MediumRecord, subject: QuerySubject) => FieldValue;
  /** True where the value is not in the patron's records, so that service queues have to be read. */
  readonly needsQueueSizes: boolean;
}
export interface PreferenceField extends Described {
  readonly group: "Preference";
  readonly read: (preference: Preference) => FieldValue;
}
export type QueryField = PatronField | PatronMediaField | MediaField | PreferenceField;

const patron = (name: string, type: QueryFieldType, read: PatronField["read"]): PatronField => ({
  ...described("Patron", name, type),
  group: "Patron",
  read,
});
const media = (name: string, type: QueryFieldType, read: MediaField["read"], needsQueueSizes = false): MediaField => ({
  ...described("Media", name, type),
  group: "Media",
  read,
  needsQueueSizes,
});
const preference = (name: string, type: QueryFieldType, read: PreferenceField["read"]): PreferenceField => ({
  ...described("Preference", name, type),
  group: "Preference",
  read,
});

/** Every field a criterion may name, in the order in which a query builder offers them. The table is closed. */
export const queryFields: readonly QueryField[] = [
  patron("patronId", "text", (it) => it.patronId),
  patron("lastName", "text", (it) => it.lastName),
  patron("firstName", "text", (it) => it.firstName),
  patron("mainStatus", "text", (it) => it.mainStatus),
  patron("branch", "text", (it) => it.branch),
  patron("city", "text", (it) => it.city),
  patron("county", "text", (it) => it.county),
  patron("state", "text", (it) => it.state),
  patron("registeredOn", "day", (it) => it.registeredOn),
  patron("language", "text", (it) => it.language),
  { ...described("Patron", "hasMedium", "text"), group: "Patron", readEach: (it) => it.medium },
  media("medium", "text", (it) => it.medium),
  media("status", "text", (it) => it.status),
  media("serveCode", "text", (it) => it.serveCode),
  media("deliveryMethod", "text", (it) => it.deliveryMethod),
  media("nextServiceDate", "day", (it) => it.nextServiceDate),
  media("cutoff", "number", (it) => it.cutoff),
  media("nightlyDebug", "checkBox", (it) => it.nightlyDebug),
  media("maxServiceQueueSize", "number", (it) => it.maxServiceQueueSize),
  media("refillPoint", "number", (it) => it.refillPoint),
  media("maxTitlesPerCartridge", "number", (it) => it.maxTitlesPerCartridge),
  media("cartridgeLimit", "number", (it) => it.cartridgeLimit),
  media("lastServedOn", "day", (it) => it.lastServedOn),
  media("version", "number", (it) => it.version),
  media("requestCount", "number", (it, subject) => countOf(subject.patron.requestCounts, it.medium)),
  media("reserveCount", "number", (it, subject) => countOf(subject.patron.reserveCounts, it.medium)),
  media("serviceQueueSize", "number", (it, subject) => countOf(subject.queueSizes, it.medium), true),
  preference("type", "text", (it) => it.type),
  preference("code", "text", (it) => it.code),
  preference("exclusion", "checkBox", (it) => it.exclusion),
];

const byName: ReadonlyMap<string, QueryField> = new Map(queryFields.map((field) => [field.field, field]));

/** Finds a field by the name criteria use, such as `Media.serveCode`; compared exactly. */
export function queryField(name: string): QueryField | undefined {
  return byName.get(name);
}

function described(group: QueryGroup, name: string, type: QueryFieldType): Described {
  return { field: `${group}.${name}`, label: labelOf(name), type };
}

/** `maxServiceQueueSize` reads `Max Service Queue Size`, `patronId` reads `Patron ID`. */
function labelOf(name: string): string {
  const words = name.replace(/[A-Z]/g, " $&").replace(/^./, (first) => first.toUpperCase());
  return words.replace(/\bId\b/, "ID");
}

/** Own keys only: `constructor` is a legal code of a medium. */
function countOf(counts: Readonly<Record<string, number>> | undefined, medium: string): number {
  return counts !== undefined && Object.hasOwn(counts, medium) ? (counts[medium] ?? 0) : 0;
}
