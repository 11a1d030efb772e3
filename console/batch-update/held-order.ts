import type { PlanDistribution } from "#contract/plan";
import type { Library } from "#domain/library";
import { mediumField, storedFieldNames } from "#domain/profile/medium-fields";
import { choicesOf } from "../words/choices.ts";

type Held = PlanDistribution["fields"][number]["values"][number];

/**
 * The values of a field in the order in which people look for one: numbers and days ascending, on before off, codes as the
 * library lists them. Codes that are not listed come behind those in the order given, and patrons without a value last.
 */
export function heldInOrder(field: string, values: readonly Held[], library: Library | undefined): Held[] {
  const stored = storedFieldNames.find((it) => it === field);
  const kind = stored && mediumField(stored);
  const codes = kind === undefined || library === undefined ? [] : choicesOf(kind, library).map(({ code }) => code);
  const rank = ({ value }: Held): number => {
    if (value === undefined) return Number.POSITIVE_INFINITY;
    if (typeof value === "boolean") return value ? 0 : 1;
    if (typeof value === "number") return value;
    if (kind?.kind === "day") return Date.parse(value);
    const place = codes.indexOf(value);
    return place === -1 ? codes.length : place;
  };
  return values
    .map((held) => ({ held, rank: rank(held) }))
    .sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank))
    .map(({ held }) => held);
}
