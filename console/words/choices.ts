import type { Library } from "#domain/library";
import type { FieldKind } from "#domain/profile/field";
import { label } from "./labels.ts";

export interface Choice {
  readonly code: string;
  readonly name: string;
}

/** The values that a field may hold, each with its meaning; none where anything of its kind will do. */
export function choicesOf(field: FieldKind, library: Library): readonly Choice[] {
  switch (field.kind) {
    case "code":
      return library[field.table];
    case "choice":
      return field.choices.map((code) => ({ code, name: label(code) }));
    case "flag":
      return ["YES", "NO"].map((code) => ({ code, name: code }));
    default:
      return [];
  }
}
