import type { ChangeableFieldName } from "#domain/profile/medium-fields";
import type { Term } from "./glossary-entry.ts";

/** What somebody new would ask about at each field of a medium record. */
export const fieldTerms: Readonly<Record<ChangeableFieldName, Term>> = {
  status: "Medium status",
  serveCode: "Serve code",
  deliveryMethod: "Delivery method",
  nextServiceDate: "Next service date",
  cutoff: "Cutoff",
  maxServiceQueueSize: "Maximum service queue size",
  refillPoint: "Refill point",
  maxTitlesPerCartridge: "Maximum titles per cartridge",
  cartridgeLimit: "Cartridge limit",
};

const queryTerms: Readonly<Record<string, Term>> = {
  ...Object.fromEntries(Object.entries(fieldTerms).map(([name, term]) => [`Media.${name}`, term])),
  "Patron.mainStatus": "Main status",
  "Patron.branch": "Branch",
  "Patron.hasMedium": "Medium",
  "Media.medium": "Medium",
  "Media.nightlyDebug": "Nightly Debug",
  "Media.version": "Version",
  "Media.requestCount": "Requests and reserves",
  "Media.reserveCount": "Requests and reserves",
  "Media.serviceQueueSize": "Service queue",
  "Media.refillBelowCartridges": "Refill point",
  "Preference.type": "Preference",
  "Preference.code": "Preference",
  "Preference.exclusion": "Preference",
};

/** What somebody new would ask about at a field that a query compares; undefined where its label is an everyday word. */
export function termOfQueryField(field: string): Term | undefined {
  return queryTerms[field];
}
