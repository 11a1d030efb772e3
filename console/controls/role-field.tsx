import { libraryRoles } from "#domain/member";
import { label } from "../words/labels.ts";
import { Field } from "./field.tsx";

export type LibraryRole = (typeof libraryRoles)[number];

interface Props {
  readonly id: string;
  readonly role: LibraryRole;
  readonly change: (role: LibraryRole) => void;
}

/** What somebody, or a system, may do in the library. */
export function RoleField({ id, role, change }: Props) {
  return (
    <Field id={id} label="Role" help="Role">
      {(tied) => (
        <select
          {...tied}
          className="usa-select"
          value={role}
          onChange={(event) => {
            const found = libraryRoles.find((it) => it === event.target.value);
            if (found !== undefined) change(found);
          }}
        >
          {libraryRoles.map((it) => (
            <option key={it} value={it}>
              {label(it)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
