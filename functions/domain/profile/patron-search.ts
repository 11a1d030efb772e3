import { folded } from "#domain/text";

/**
 * What `q` finds in every list of patrons: the patron with that id, or those whose last name begins so, without case.
 * Prepared once, for it is asked of every line.
 */
export function patronSearch(q: string | undefined): ((patronId: string, lastName: string) => boolean) | undefined {
  if (q === undefined || q === "") return undefined;
  const beginning = folded(q);
  return (patronId, lastName) => patronId === q || folded(lastName).startsWith(beginning);
}
