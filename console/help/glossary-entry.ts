/** The words that fields explain; each has an entry of this name in the glossary. */
export const terms = [
  "Approval",
  "Audit",
  "Branch",
  "Cartridge limit",
  "Client",
  "Closed",
  "Condition",
  "Cutoff",
  "Delivery method",
  "Evidence",
  "Failure threshold",
  "Inactivity",
  "Large batch",
  "Main status",
  "Maximum service queue size",
  "Maximum titles per cartridge",
  "Medium",
  "Medium status",
  "Method",
  "Next service date",
  "Nightly Debug",
  "Preference",
  "Preset",
  "Query",
  "Query set",
  "Queue function",
  "Recipe",
  "Refill point",
  "Requests and reserves",
  "Role",
  "Schedule",
  "Scheduled",
  "Serve code",
  "Service day",
  "Service queue",
  "Spread",
  "Version",
] as const;
export type Term = (typeof terms)[number];

/** The first paragraph of a term's entry, as plain words. Throws where the glossary has no such entry. */
export function entryOf(glossary: string, term: Term): string {
  const [, entry = ""] = glossary.split(`\n## ${term}\n\n`);
  const [paragraph = ""] = entry.split("\n\n");
  if (paragraph === "") throw new Error(`The glossary does not explain ${term}`);
  return paragraph
    .replaceAll("\n", " ")
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1")
    .replaceAll("`", "");
}
