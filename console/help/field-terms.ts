import type { ChangeableFieldName } from "#domain/profile/medium-fields";
import type { Term } from "./glossary-entry.ts";

/** What somebody new would ask about at each field of a medium record. */
export const fieldTerms: Readonly<Record<ChangeableFieldName, Term>> = {
  status: "Medium status",
  serveCode: "Serve code",
  deliveryMethod: "Delivery method",
  nextServiceDate: "Next service date",
  cutoff: "Cutoff",
  maxServiceQueueSize: "Service queue",
  refillPoint: "Refill point",
  maxTitlesPerCartridge: "Maximum titles per cartridge",
  cartridgeLimit: "Cartridge limit",
};
