import type { ImportCounts, ImportFormat, ImportKind } from "#domain/import/import-job";
import { amount, counted } from "../words/format.ts";

export const kindWords: Readonly<Record<ImportKind, string>> = { patrons: "Patrons", titles: "Titles" };

export const formatWords: Readonly<Record<ImportFormat, string>> = {
  csv: "CSV, from a spreadsheet",
  jsonl: "JSONL, one record per line",
};

interface Named {
  readonly kind: ImportKind;
  readonly dryRun?: boolean | undefined;
}

/** What an import is called where it stands alone. */
export function nameOf({ kind, dryRun }: Named): string {
  return dryRun === true ? `Check of a file of ${kind}` : `Import of ${kind}`;
}

interface Ended extends Named {
  readonly status: string;
  readonly stateReason?: string | undefined;
  readonly counts: ImportCounts;
}

/** What became of a file, in a sentence or two. Of a check: what would become of it. */
export function endInWords({ kind, dryRun, status, stateReason, counts }: Ended): string {
  if (status === "FAILED") return stateReason ?? "The reason is not known.";
  const { created, replaced, unchanged, rejected } = counts;
  const thing = kind === "patrons" ? "patron" : "title";
  const would = dryRun === true;
  const parts = [
    created > 0 && `${counted(created, `new ${thing}`, `new ${kind}`)} ${would ? "would come in" : "came in"}`,
    replaced > 0 && `${amount(replaced)} ${would ? "would be" : was(replaced)} replaced`,
    unchanged > 0 && `${amount(unchanged)} ${would ? "would stay" : "stayed"} as they were`,
    rejected > 0 && `${counted(rejected, "line", "lines")} ${would ? "would be" : was(rejected)} rejected`,
  ].filter((part) => part !== false);
  const sentence = parts.length === 0 ? "The file held no lines" : listed(parts);
  return `${sentence}.${would ? " Nothing was written." : ""}`;
}

function was(count: number): string {
  return count === 1 ? "was" : "were";
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
