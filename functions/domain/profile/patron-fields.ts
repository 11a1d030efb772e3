import type { z } from "zod";
import { namesOf, ofEach } from "./field.ts";
import { type PatronFieldEntry, patronFields } from "./patron-field-table.ts";

type Fields = typeof patronFields;
export type PatronFieldName = keyof Fields;

export const patronFieldNames: readonly PatronFieldName[] = namesOf(patronFields);

/** A field's entry in the table, by what all of them have. */
export function patronField(name: PatronFieldName): PatronFieldEntry {
  return patronFields[name];
}

type PatronShape = {
  [Name in PatronFieldName]: Fields[Name]["required"] extends true
    ? Fields[Name]["schema"]
    : z.ZodOptional<Fields[Name]["schema"]>;
};

/** Each field as import lines and records hold it. */
export function patronShape(): PatronShape {
  return ofEach<PatronShape, PatronFieldName>(patronFieldNames, (name) => {
    const { schema, required } = patronFields[name];
    return required ? schema : schema.optional();
  });
}
