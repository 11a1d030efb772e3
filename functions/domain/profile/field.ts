import { z } from "zod";
import { daySchema } from "#domain/calendar";
import type { LibrarySettings } from "#domain/library";
import { idSchema, requiredTextSchema, textSchema } from "#domain/text";

/** The tables of a library that a code may stand in. */
export type CodeTable = "media" | "mediumStatuses" | "mainStatuses" | "serveCodes" | "branches";
export type CodeTables = Pick<LibrarySettings, CodeTable>;

/**
 * What a field of a patron or of a medium record holds. From it follows how the field is read from JSON and CSV, checked,
 * stored, queried, changed and shown. `schema` says type and shape alone: ranges and tables are rules with codes of their
 * own, so that a line or a request can name all that is wrong with it.
 */
export type FieldKind =
  | { readonly kind: "id"; readonly schema: typeof idSchema }
  | { readonly kind: "text"; readonly schema: typeof textSchema | typeof requiredTextSchema }
  | { readonly kind: "code"; readonly schema: typeof idSchema; readonly table: CodeTable }
  | { readonly kind: "choice"; readonly schema: z.ZodEnum; readonly choices: readonly string[] }
  | { readonly kind: "number"; readonly schema: z.ZodInt; readonly range: readonly [low: number, high: number] }
  | { readonly kind: "day"; readonly schema: typeof daySchema }
  | { readonly kind: "flag"; readonly schema: z.ZodBoolean };

export const id = { kind: "id", schema: idSchema } as const;
export const text = { kind: "text", schema: textSchema } as const;
export const requiredText = { kind: "text", schema: requiredTextSchema } as const;
export const day = { kind: "day", schema: daySchema } as const;
export const flag = { kind: "flag", schema: z.boolean() } as const;

/** A code of one of the library's tables. */
export function codeOf(table: CodeTable) {
  return { kind: "code", schema: idSchema, table } as const;
}

/** One of a list that is the same in every library. */
export function oneOf<const Choice extends string>(choices: readonly Choice[]) {
  return { kind: "choice", schema: z.enum(choices), choices } as const;
}

/** A whole number; both ends are in the range. */
export function wholeNumber(low: number, high: number) {
  return { kind: "number", schema: z.int().meta({ minimum: low, maximum: high }), range: [low, high] } as const;
}

/** Names of a table's fields, in its order. */
export function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): Name[] {
  return Object.keys(table) as Name[]; // a table is a literal: it has no other keys than its type says
}

/** Makes something of each field of a table, under the field's name. `Made` says what comes of each. */
export function ofEach<Made extends object, Name extends string & keyof Made>(
  names: readonly Name[],
  make: (name: Name) => Made[Name],
): Pick<Made, Name> {
  const entries = names.map((name) => [name, make(name)] as const);
  return Object.fromEntries(entries) as Pick<Made, Name>; // fromEntries forgets which value stands under which name
}
