import { patronIdSchema } from "#domain/ids";
import { codeOf, day, type FieldKind, id, requiredText, text } from "./field.ts";

export type PatronFieldEntry = FieldKind & {
  /** As people read it. */
  readonly label: string;
  /** Every patron has one. */
  readonly required: boolean;
};

/**
 * Every plain field of a patron, in the order in which query builders offer them: the one place where such a field is
 * added. Import lines, CSV columns, queries and storage follow from it.
 */
export const patronFields = {
  patronId: { label: "Patron ID", ...id, schema: patronIdSchema, required: true },
  lastName: { label: "Last Name", ...requiredText, required: true },
  /** Schools and homes are patrons too, and have none. */
  firstName: { label: "First Name", ...text, required: false },
  mainStatus: { label: "Main Status", ...codeOf("mainStatuses"), required: true },
  branch: { label: "Branch", ...codeOf("branches"), required: false },
  city: { label: "City", ...text, required: false },
  county: { label: "County", ...text, required: false },
  state: { label: "State", ...text, required: false },
  registeredOn: { label: "Registered On", ...day, required: false },
  language: { label: "Language", ...text, required: false },
} satisfies Record<string, PatronFieldEntry>;
