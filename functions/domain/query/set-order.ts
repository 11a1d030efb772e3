interface Named {
  readonly patronId: string;
  readonly lastName: string;
  readonly firstName?: string | undefined;
}

/**
 * The key by which a query set is in name order: lastName, firstName, patronId, each by code point. NUL is in none of them,
 * and lower than all that is, so a name stands before those that go on after it.
 */
export function nameKey({ lastName, firstName = "", patronId }: Named): string {
  return `${lastName}\0${firstName}\0${patronId}`;
}

/** The key by which a list of ids keeps its own order. */
export function placeKey(place: number): string {
  return String(place).padStart(9, "0");
}

/**
 * The key of one member. A set in which only a list of ids speaks keeps the list's order; criteria, alone or together with
 * a list, make it name order.
 *
 * @param place in the list of ids; undefined for a patron who is not on it
 */
export function memberKey(member: Named, place: number | undefined, hasCriteria: boolean): string {
  return hasCriteria || place === undefined ? nameKey(member) : placeKey(place);
}
