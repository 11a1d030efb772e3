import { changedRows, rowBeginning } from "../csv-rows.ts";
import type { Cell } from "../formula-guard.ts";
import { erasedOutcome, outcomeLineSchema } from "./outcome-line.ts";
import { reportHeader } from "./report.ts";

const lineFeed = "\n".charCodeAt(0);
/** Cells of a row that stay when its patron is erased. */
const stay = new Set<Cell>(["patronId", "medium", "outcome", "code", "advice"]);

/** The text of an outcome's line without what it says of its patron; undefined where it is of another, or says nothing. */
export function erasedOutcomeText(text: string, patronId: string): string | undefined {
  if (!text.includes(`"patronId":"${patronId}"`)) return undefined;
  const line = outcomeLineSchema.parse(JSON.parse(text));
  if (line.patronId !== patronId) return undefined;
  const left = JSON.stringify(erasedOutcome(line));
  return left === text ? undefined : left;
}

/** The file of all outcomes, a line each, without what it says of a patron; undefined where it says nothing. */
export function outcomesWithout(file: Buffer, patronId: string): Buffer | undefined {
  const beginning = Buffer.from(`{"patronId":"${patronId}"`);
  for (let at = file.indexOf(beginning); at !== -1; at = file.indexOf(beginning, at + 1)) {
    if (at > 0 && file[at - 1] !== lineFeed) continue;
    const next = file.indexOf(lineFeed, at);
    const end = next === -1 ? file.length : next;
    const left = erasedOutcomeText(file.toString("utf8", at, end), patronId);
    if (left !== undefined) return Buffer.concat([file.subarray(0, at), Buffer.from(left), file.subarray(end)]);
  }
  return undefined;
}

/**
 * A spreadsheet of the report without what it says of a patron; undefined where it says nothing.
 *
 * @param of the errors keep a row for each field that the problem is about, without values; all outcomes keep one row of
 *   the patron, as if nothing had been changed
 */
export function reportWithout(file: Buffer, patronId: string, of: "ERRORS" | "OUTCOMES"): Buffer | undefined {
  const beginning = rowBeginning(patronId);
  if (!file.includes(beginning)) return undefined;
  let rows = 0;
  return changedRows(file, {
    isMeant: (row) => row.subarray(0, beginning.length).equals(beginning),
    change: (cells) => {
      if (of === "OUTCOMES" && ++rows > 1) return undefined;
      return reportHeader.map((name, place) => {
        const stays = stay.has(name) || (name === "field" && of === "ERRORS");
        const text = stays ? cells[place] : "";
        return text === "" ? undefined : text;
      });
    },
  });
}
