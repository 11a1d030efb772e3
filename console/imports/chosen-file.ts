import type { ImportFormat } from "#domain/import/import-job";
import type { FieldError } from "../controls/error-summary.tsx";

/** Bytes that the API takes. */
export const largestFile = 2 * 1024 ** 3;

const formatsByEnd: Readonly<Record<string, ImportFormat>> = {
  csv: "csv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "jsonl",
};

/** What the end of a file's name says about its format; undefined where it says nothing. */
export function formatOf(name: string): ImportFormat | undefined {
  const end = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(formatsByEnd, end) ? formatsByEnd[end] : undefined;
}

/** What keeps a file from being sent, each with the control to put it right in. */
export function fileProblems(
  file: { readonly name: string; readonly size: number } | undefined,
  format: ImportFormat | undefined,
): FieldError[] {
  if (file === undefined) return [{ id: "import-file", message: "Choose a file." }];
  const problems: FieldError[] = [];
  if (file.size === 0) problems.push({ id: "import-file", message: `${file.name} is empty. Choose another file.` });
  if (file.size > largestFile) {
    const message = `${file.name} has ${sizeText(file.size)}, and an import takes 2 GB at most. Cut it into several files.`;
    problems.push({ id: "import-file", message });
  }
  if (format === undefined) problems.push({ id: "import-format", message: "Choose the format of the file." });
  return problems;
}

const units = ["bytes", "kB", "MB", "GB"] as const;

/** 1536 reads 1.5 kB. */
export function sizeText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  if (unit === 0) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  return `${size.toLocaleString("en-US", { maximumFractionDigits: size < 10 ? 1 : 0 })} ${units[unit]}`;
}
