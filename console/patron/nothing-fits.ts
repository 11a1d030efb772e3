/** Why a search brought nobody, and what to search for instead. */
export interface NothingFits {
  readonly why: readonly string[];
  /** Searches that may bring somebody, the likeliest first. */
  readonly instead: readonly string[];
}

/** Letters after which a shorter beginning of the same name is worth a try. */
const shortened = 3;

/** Explains a search that brought nobody, by what was typed: the rules are those of `patronSearch`. */
export function nothingFits(q: string): NothingFits {
  const words = q.split(/[\s,;]+/).filter((word) => word !== "");
  if (/\d/.test(q)) {
    const bare = words.filter((word) => /[A-Za-z]{2,}/.test(word) && !/\d/.test(word));
    return {
      why: ["No patron has this ID. Enter the whole ID; capital letters do not matter."],
      instead: bare,
    };
  }
  if (words.length > 1) {
    const why = q.includes(",")
      ? "A comma counts as part of the name. Search for the last name alone, or for the first name alone."
      : "No last or first name begins with all of this. Search for one of the two names alone.";
    return { why: [why], instead: words };
  }
  const [word = ""] = words;
  const why = ["No last or first name begins with this, and no patron has it as an ID."];
  if ([...word].length <= shortened) return { why, instead: [] };
  return {
    why: [
      ...why,
      "Only the beginning of a name is searched. Accents and capital letters do not matter; spelling does.",
    ],
    instead: [[...word].slice(0, shortened).join("")],
  };
}
