import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { FieldKind } from "#domain/profile/field";
import type { RawItem } from "#records/store/table";

export type StoredValue = string | number | boolean;

/** How the value of a field is found in an item; chosen once, for it is asked of every patron of a library. */
export function decoderOf(name: string, kind: FieldKind["kind"]): (item: RawItem) => StoredValue | undefined {
  if (kind === "number") return (item) => numberIn(item[name]);
  if (kind === "flag") return (item) => item[name]?.BOOL;
  return (item) => item[name]?.S;
}

function numberIn(value: AttributeValue | undefined): number | undefined {
  return value?.N === undefined ? undefined : Number(value.N);
}
