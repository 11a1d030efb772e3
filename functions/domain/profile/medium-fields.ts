import type { z } from "zod";
import { namesOf, ofEach } from "./field.ts";
import { type FieldChangeRule, type MediumField, mediumFields } from "./medium-field-table.ts";

type Fields = typeof mediumFields;
export type StoredField = keyof Fields;

/** All that a medium record stores beside its keys, its version and the mark of the batch update that wrote it last. */
export const storedFieldNames: readonly StoredField[] = namesOf(mediumFields);

type NamesWith<Rule extends FieldChangeRule> = {
  [Name in StoredField]: Fields[Name]["change"] extends Rule ? Name : never;
}[StoredField];

function namesWith<const Rule extends FieldChangeRule>(...rules: readonly Rule[]): readonly NamesWith<Rule>[] {
  return storedFieldNames.filter((name): name is NamesWith<Rule> =>
    rules.some((rule) => rule === mediumFields[name].change),
  );
}

/** The fields that a batch update or a single edit may write. */
export const mediumFieldNames = namesWith("SET", "SET_OR_CLEAR", "ALWAYS");
export type MediumFieldName = (typeof mediumFieldNames)[number];

/** The fields that `changes` of a batch update may name; the others it always applies or never. */
export const changeableFieldNames = namesWith("SET", "SET_OR_CLEAR");
export type ChangeableFieldName = (typeof changeableFieldNames)[number];

/** A field's entry in the table, by what all of them have. */
export function mediumField(name: StoredField): MediumField {
  return mediumFields[name];
}

type StoredShape = { [Name in StoredField]: z.ZodOptional<Fields[Name]["schema"]> };

/** Each field as a record holds it: missing where it has no value. */
export function storedShape(): StoredShape {
  return ofEach<StoredShape, StoredField>(storedFieldNames, (name) => mediumFields[name].schema.optional());
}

type WriteShape = {
  [Name in StoredField]: z.ZodOptional<
    Fields[Name]["change"] extends "SET_OR_CLEAR" ? z.ZodNullable<Fields[Name]["schema"]> : Fields[Name]["schema"]
  >;
};

const writes = ofEach<WriteShape, StoredField>(storedFieldNames, (name) => {
  const { schema, change } = mediumFields[name];
  return (change === "SET_OR_CLEAR" ? schema.nullable() : schema).optional();
});

/** Each of the fields as a request writes it: missing leaves it, null clears it where it may be without a value. */
export function writeShape<Name extends MediumFieldName>(names: readonly Name[]): Pick<WriteShape, Name> {
  return ofEach<WriteShape, Name>(names, (name) => writes[name]);
}
