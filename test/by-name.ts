import { byCodePoint } from "#domain/text";

interface Named {
  readonly patronId: string;
  readonly lastName: string;
  readonly firstName?: string | undefined;
}

/** The order of a query set in the plainest words: lastName, firstName, patronId, each by code point. */
export function byName(a: Named, b: Named): number {
  return (
    byCodePoint(a.lastName, b.lastName) ||
    byCodePoint(a.firstName ?? "", b.firstName ?? "") ||
    byCodePoint(a.patronId, b.patronId)
  );
}
