import type { Library } from "#domain/library";
import type { Changes } from "#domain/plan/update-spec";
import { changeableFieldNames } from "#domain/profile/medium-fields";
import { amount, dayText, patrons } from "./format.ts";
import { label } from "./labels.ts";
import { valueName } from "./value-name.ts";

/**
 * One sentence for each field that a batch update touches, Nightly Debug last: it is always among them. Codes have
 * their meaning beside them where the library is known.
 */
export function changesInWords(changes: Changes, nightlyDebug: boolean, library?: Library): string[] {
  const sentences = changeableFieldNames.flatMap((field) => {
    const value = changes[field];
    if (value === undefined) return [];
    if (value === null) return [`${label(field)} is cleared.`];
    if (typeof value === "object") {
      const { from, perDay } = value.spread;
      return [`${label(field)} is spread from ${dayText(from)} on, ${amount(perDay)} patrons on each service day.`];
    }
    return [`${label(field)} becomes ${valueName(field, value, library)}.`];
  });
  if (changes.addServiceQueue === true) sentences.push("A service queue is added and filled.");
  sentences.push(`Nightly Debug is turned ${nightlyDebug ? "on" : "off"} for everyone in the set.`);
  return sentences;
}

/** For how many patrons a plan turns Nightly Debug on and off; a side without anybody goes unsaid. */
export function nightlyDebugInWords({ turnedOn, turnedOff }: { turnedOn: number; turnedOff: number }): string {
  const sides = [turnedOn > 0 && `on for ${patrons(turnedOn)}`, turnedOff > 0 && `off for ${patrons(turnedOff)}`];
  const said = sides.filter((side) => side !== false).join(" and ");
  return said === "" ? "Nightly Debug stays as it is." : `Nightly Debug is turned ${said}.`;
}
