import { searchForm } from "#domain/text";

interface Named {
  readonly lastName?: string | undefined;
  readonly firstName?: string | undefined;
}

/** Parts the two names: no text holds it. */
const between = "\0";

/** The names of a patron as lists keep them to be looked through by {@link patronSearch}. */
export function searchedNames({ lastName = "", firstName = "" }: Named): string {
  return firstName === "" ? searchForm(lastName) : `${searchForm(lastName)}${between}${searchForm(firstName)}`;
}

/**
 * What `q` finds in every list of patrons: the patron with that id, without case, or those whose last or first name begins
 * so, without case and accents. Prepared once, for it is asked of every line.
 *
 * @returns takes an id and what {@link searchedNames} made; or a last name alone, which is what earlier versions kept
 */
export function patronSearch(q: string | undefined): ((patronId: string, names: string) => boolean) | undefined {
  if (q === undefined || q === "") return undefined;
  const id = q.toLowerCase();
  const beginning = searchForm(q);
  return (patronId, kept) => {
    const names = searchForm(kept);
    return names.startsWith(beginning) || names.includes(between + beginning) || patronId.toLowerCase() === id;
  };
}
