import { codeOf, type FieldKind, flag, oneOf, text, wholeNumber } from "#domain/profile/field";
import { mediumField, type StoredField, storedFieldNames } from "#domain/profile/medium-fields";
import { type Preference, preferenceTypes } from "#domain/profile/patron";
import { type PatronFieldName, patronField, patronFieldNames } from "#domain/profile/patron-fields";

export const queryGroups = ["Patron", "Media", "Preference"] as const;
export type QueryGroup = (typeof queryGroups)[number];
export type QueryFieldType = "text" | "number" | "day" | "checkBox";

/** A value as records hold it. `null` and the empty text count as missing. */
export type FieldValue = string | number | boolean | null | undefined;

interface Described {
  /** As criteria write it: `Media.serveCode`. */
  readonly field: string;
  /** As people read it: `Serve Code`. */
  readonly label: string;
  readonly type: QueryFieldType;
  /** What it holds, for a form to offer the values there are. */
  readonly holds: FieldKind;
}
/** The lengths that are counted for each medium: listed titles of a patron, and entries of a service queue. */
export type CountName = "requestCounts" | "reserveCounts" | "queueSizes";
export type MediumValueName = StoredField | "medium" | "version";

export type PatronField = Described & { readonly group: "Patron"; readonly name: PatronFieldName };
/** A field of the patron that has one value for each medium record: `Patron.hasMedium`. */
export type PatronMediaField = Described & { readonly group: "Patron"; readonly each: MediumValueName };
export type MediaField = Described & { readonly group: "Media"; readonly name: MediumValueName };
export type MediaCountField = Described & { readonly group: "Media"; readonly counted: CountName };
/** What a rule says of a medium record: `Media.refillBelowCartridges`. */
export type MediaRuleField = Described & { readonly group: "Media"; readonly rule: "refillBelowCartridges" };
export type PreferenceField = Described & { readonly group: "Preference"; readonly name: keyof Preference };
export type QueryField =
  | PatronField
  | PatronMediaField
  | MediaField
  | MediaCountField
  | MediaRuleField
  | PreferenceField;

type Labelled = FieldKind & { readonly label: string };

const typeOf = {
  id: "text",
  text: "text",
  code: "text",
  choice: "text",
  number: "number",
  day: "day",
  flag: "checkBox",
} as const satisfies Record<FieldKind["kind"], QueryFieldType>;

const anyNumber = wholeNumber(0, Number.MAX_SAFE_INTEGER);

/** Every field a criterion may name, in the order in which a query builder offers them. The table is closed. */
export const queryFields: readonly QueryField[] = [
  ...patronFieldNames.map((name) => patronValue(name, patronField(name))),
  { ...described("Patron", "hasMedium", { label: "Has Medium", ...codeOf("media") }), group: "Patron", each: "medium" },
  mediumValue("medium", { label: "Medium", ...codeOf("media") }),
  ...storedFieldNames.map((name) => mediumValue(name, mediumField(name))),
  mediumValue("version", { label: "Version", ...anyNumber }),
  count("requestCount", "Request Count", "requestCounts"),
  count("reserveCount", "Reserve Count", "reserveCounts"),
  count("serviceQueueSize", "Service Queue Size", "queueSizes"),
  {
    ...described("Media", "refillBelowCartridges", { label: "Refill Point Below Cartridges", ...flag }),
    group: "Media",
    rule: "refillBelowCartridges",
  },
  preferenceValue("type", { label: "Type", ...oneOf(preferenceTypes) }),
  preferenceValue("code", { label: "Code", ...text }),
  preferenceValue("exclusion", { label: "Exclusion", ...flag }),
];

const byName: ReadonlyMap<string, QueryField> = new Map(queryFields.map((field) => [field.field, field]));

/** Finds a field by the name criteria use, such as `Media.serveCode`; compared exactly. */
export function queryField(name: string): QueryField | undefined {
  return byName.get(name);
}

function patronValue(name: PatronFieldName, field: Labelled): PatronField {
  return { ...described("Patron", name, field), group: "Patron", name };
}

function mediumValue(name: MediumValueName, field: Labelled): MediaField {
  return { ...described("Media", name, field), group: "Media", name };
}

function preferenceValue(name: keyof Preference, field: Labelled): PreferenceField {
  return { ...described("Preference", name, field), group: "Preference", name };
}

function count(name: string, label: string, counted: CountName): MediaCountField {
  return { ...described("Media", name, { label, ...anyNumber }), group: "Media", counted };
}

function described(group: QueryGroup, name: string, field: Labelled): Described {
  return {
    field: `${group}.${name}`,
    label: field.label,
    type: typeOf[field.kind],
    holds: field,
  };
}
