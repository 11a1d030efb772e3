import type { PatronLine } from "#domain/import/patron-line";
import { storedFieldNames } from "#domain/profile/medium-fields";
import type { MediumFields } from "#domain/profile/medium-record";
import type { Patron, Reading } from "#domain/profile/patron";
import { patronFieldNames } from "#domain/profile/patron-fields";
import { byCodePoint } from "#domain/text";

/**
 * A patron as a line of an import says it: imported again it changes nothing.
 *
 * @param reading.hasHad only where a library takes everything with it: nobody else is shown it, and a line without it
 *   leaves it as it is
 */
export function patronLineOf(
  patron: Patron,
  media: ReadonlyMap<string, MediumFields>,
  reading: Omit<Reading, "hasHad"> & Partial<Pick<Reading, "hasHad">>,
): PatronLine {
  const fields = Object.fromEntries(patronFieldNames.map((name) => [name, patron[name]]));
  const { reserves, requests, hasHad } = reading;
  return {
    ...(fields as Pick<Patron, (typeof patronFieldNames)[number]>), // each name with its own value
    media: [...media].sort(([a], [b]) => byCodePoint(a, b)).map(([medium, record]) => mediumLine(medium, record)),
    preferences: patron.preferences,
    reserves,
    requests,
    ...(hasHad !== undefined && { hasHad }),
  };
}

function mediumLine(medium: string, record: MediumFields): NonNullable<PatronLine["media"]>[number] {
  const fields = Object.fromEntries(storedFieldNames.map((name) => [name, record[name]]));
  return { medium, ...(fields as MediumFields) }; // each name with its own value
}
