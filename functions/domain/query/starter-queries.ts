import { addDays, type Day } from "#domain/calendar";
import type { LibrarySettings } from "#domain/library";
import type { Criteria, Leaf } from "./criteria.ts";

/** A query on the quality of profiles that every library has from the beginning. */
export interface StarterQuery {
  readonly savedQueryId: string;
  readonly name: string;
  /** Why somebody should look at whom it finds, in one sentence. */
  readonly why: string;
  readonly criteria: Criteria;
}

/** Parts of codes that are meant only ever as exclusions. */
const neverWanted = ["strong language", "violence", "explicit", "descriptions of sex"];

/** Days after which a next service date is long past. */
const longPast = 180;

/** The starter queries of a library, by its own tables and its own today. Those that its tables leave no room for are missing. */
export function starterQueries(library: Pick<LibrarySettings, "serveCodes">, today: Day): StarterQuery[] {
  const codesWith = (test: (code: LibrarySettings["serveCodes"][number]) => boolean) =>
    library.serveCodes.filter(test).map(({ code }) => code);
  const onDemand = codesWith(({ schedule }) => schedule === "ON_DEMAND");
  const autoselect = codesWith(({ method }) => method === "AUTOSELECT");
  const ofCodes = (codes: readonly string[]): Leaf => ({ field: "Media.serveCode", operator: "in", value: [...codes] });
  return [
    {
      savedQueryId: "starter-exclusions-as-preferences",
      name: "Exclusion subjects marked as preferences",
      why: "A subject such as violence is only ever meant to be left out; marked as a preference, such titles are sent.",
      criteria: {
        any: neverWanted.map((code) => ({
          all: [
            { field: "Preference.type", operator: "equals", value: "SUBJECT" },
            { field: "Preference.exclusion", operator: "equals", value: "NO" },
            { field: "Preference.code", operator: "contains", value: code },
          ],
        })),
      },
    },
    ...(onDemand.length === 0
      ? []
      : [
          {
            savedQueryId: "starter-on-demand-with-requests",
            name: "On demand with requests waiting",
            why: "On demand, nothing goes out unless someone sends it, so these requests are waiting for staff.",
            criteria: {
              all: [ofCodes(onDemand), { field: "Media.requestCount", operator: "atLeast", value: 1 } as const],
            },
          },
        ]),
    ...(autoselect.length === 0
      ? []
      : [
          {
            savedQueryId: "starter-autoselect-without-preferences",
            name: "Autoselect without preferences",
            why: "Titles are chosen by what a patron likes; without preferences there is nothing to go by.",
            criteria: {
              all: [
                ofCodes(autoselect),
                {
                  none: [
                    {
                      all: [
                        { field: "Preference.code", operator: "isNotBlank" } as const,
                        { field: "Preference.exclusion", operator: "equals", value: "NO" } as const,
                      ],
                    },
                  ],
                },
              ],
            },
          },
        ]),
    {
      savedQueryId: "starter-refill-below-cartridges",
      name: "Refill point below what cartridges take",
      why: "The queue is refilled only once it can no longer fill the patron's cartridges, so some go out half empty.",
      criteria: { all: [{ field: "Media.refillBelowCartridges", operator: "equals", value: "YES" }] },
    },
    {
      savedQueryId: "starter-next-service-date-long-past",
      name: "Next service date long past",
      why: "Only a future date holds service back; one that passed half a year ago means nothing and is best cleared.",
      criteria: { all: [{ field: "Media.nextServiceDate", operator: "lessThan", value: addDays(today, -longPast) }] },
    },
  ];
}
