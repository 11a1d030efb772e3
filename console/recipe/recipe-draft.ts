import type { NewRecipe, RecipeAnswer } from "#contract/recipes";
import { dateFromTodaySchema } from "#domain/plan/from-today";
import type { FieldError } from "../controls/error-summary.tsx";
import { counted, patrons } from "../words/format.ts";

export const dateChoices = ["PRESET", "DAY", "SPREAD"] as const;

/** A recipe as it is typed. */
export interface RecipeDraft {
  readonly name: string;
  readonly savedQueryId: string;
  readonly presetId: string;
  readonly medium: string;
  readonly nightlyDebug: boolean;
  /** Where the next service date comes from: as the preset has it, or counted from the day of the start. */
  readonly date: (typeof dateChoices)[number];
  readonly inDays: string;
  readonly perDay: string;
}

export const newRecipeDraft: RecipeDraft = {
  name: "",
  savedQueryId: "",
  presetId: "",
  medium: "",
  nightlyDebug: false,
  date: "PRESET",
  inDays: "",
  perDay: "",
};

export function draftOfRecipe({ nextServiceDate: date, ...recipe }: RecipeAnswer): RecipeDraft {
  const { name, savedQueryId, presetId, medium, nightlyDebug } = recipe;
  const kept = { ...newRecipeDraft, name, savedQueryId, presetId, medium, nightlyDebug };
  if (date === undefined) return kept;
  if ("inDays" in date) return { ...kept, date: "DAY", inDays: String(date.inDays) };
  return { ...kept, date: "SPREAD", inDays: String(date.spread.inDays), perDay: String(date.spread.perDay) };
}

const needed = [
  ["name", "Give the recipe a name."],
  ["savedQueryId", "Choose a saved query."],
  ["presetId", "Choose a preset."],
  ["medium", "Choose a medium."],
] as const;

/** The recipe that a draft says, or what is missing or wrong. */
export function finishedRecipe(draft: RecipeDraft): { readonly body: NewRecipe } | { readonly errors: FieldError[] } {
  const errors: FieldError[] = needed
    .filter(([field]) => draft[field].trim() === "")
    .map(([field, message]) => ({ id: `recipe-${field}`, message }));
  if (draft.date !== "PRESET" && !isWithin(draft.inDays, 0, 1826)) {
    errors.push({ id: "recipe-inDays", message: "Days from the start must be a whole number from 0 to 1,826." });
  }
  if (draft.date === "SPREAD" && !isWithin(draft.perDay, 1, 10_000)) {
    errors.push({ id: "recipe-perDay", message: "Patrons on each day must be a whole number from 1 to 10,000." });
  }
  if (errors.length > 0) return { errors };
  const { savedQueryId, presetId, medium, nightlyDebug } = draft;
  const date = dateOf(draft);
  return {
    body: {
      name: draft.name.trim(),
      savedQueryId,
      presetId,
      medium,
      nightlyDebug,
      ...(date !== undefined && { nextServiceDate: date }),
    },
  };
}

function dateOf({ date, inDays, perDay }: RecipeDraft): NewRecipe["nextServiceDate"] {
  if (date === "PRESET") return undefined;
  const days = Number(inDays);
  return dateFromTodaySchema.parse(
    date === "DAY" ? { inDays: days } : { spread: { inDays: days, perDay: Number(perDay) } },
  );
}

function isWithin(text: string, low: number, high: number): boolean {
  const value = Number(text);
  return text.trim() !== "" && Number.isInteger(value) && value >= low && value <= high;
}

/** Where a recipe's next service date comes from, in words. */
export function dateInWords(date: RecipeAnswer["nextServiceDate"]): string {
  if (date === undefined) return "From the preset";
  const from = (inDays: number) =>
    inDays === 0 ? "on the start day" : `${counted(inDays, "day", "days")} after the start`;
  if ("inDays" in date) return `Set to a date ${from(date.inDays)}`;
  return `Spread starting ${from(date.spread.inDays)}, ${patrons(date.spread.perDay)} on each service day`;
}
