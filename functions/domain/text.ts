import { z } from "zod";

/** Ids of patrons and titles and the codes of a library's tables: safe in keys, URLs and file names. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,32}$/, "must be 1 to 32 of the characters A-Z a-z 0-9 . _ -");

const longestText = 200;

/** Any Unicode but NUL and lone surrogates, at most 200 characters, counted as code points. */
export const textSchema = z.string().check(isText).meta({ maxLength: longestText });

/** A text that may not be left empty, such as a last name or a title. */
export const requiredTextSchema = textSchema
  .refine((text) => text.length > 0, "must not be empty")
  .meta({ minLength: 1, maxLength: longestText });

const mustBeSeen = "must hold at least one character that can be seen";

/** A text of a record of which something can be seen, such as a patron's last name. It is kept to the letter. */
export const visibleTextSchema = requiredTextSchema
  .refine((text) => text.length === 0 || hasVisibleCharacter(text), mustBeSeen)
  .meta({ minLength: 1, maxLength: longestText });

/** A name that people give, to a query set for one: blanks around it do not count, and something of it can be seen. */
export const nameSchema = z
  .string()
  .trim()
  .check(isText)
  .refine((text) => text.length > 0, "must not be empty")
  .refine((text) => text.length === 0 || hasVisibleCharacter(text), mustBeSeen)
  .meta({ minLength: 1, maxLength: longestText });

/** Characters of which nothing is seen: blanks, controls, joiners and the like, and the braille cell without a dot. */
const invisible = /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

export function hasVisibleCharacter(text: string): boolean {
  return text.replaceAll(invisible, "") !== "";
}

export function isText(context: z.core.ParsePayload<string>): void {
  const message = textProblem(context.value);
  if (message !== undefined) context.issues.push({ code: "custom", input: context.value, message });
}

/** Id of something that a request names besides its path, such as a query set: what cannot be an id is told at once. */
export const referenceSchema = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, "is not an id; copy it from the answer that made the thing");

export function textProblem(text: string, longest = longestText): string | undefined {
  if (text.includes("\0")) return "must not contain the NUL character";
  if (!text.isWellFormed()) return "must not contain half of a surrogate pair";
  if (text.length > longest && [...text].length > longest) return `must be at most ${longest} characters`;
  return undefined;
}

/** Names that were joined have a NUL between them. */
function isAscii(text: string): boolean {
  return /^[\0-~]*$/.test(text);
}

/** The form in which texts are compared: NFC and without case; accents are kept. */
export function folded(text: string): string {
  // Most texts hold nothing else, and a query folds every text it looks at: this is a third of the work.
  if (isAscii(text)) return text.toLowerCase();
  // toLowerCase writes a sigma at the end of a word differently, which would keep a beginning from matching
  return text.normalize("NFC").toLowerCase().replaceAll("ς", "σ");
}

/** Letters that no canonical form takes apart, as people without them on their keyboard write them. */
const plainLetters: Readonly<Record<string, string>> = { ø: "o", ł: "l", đ: "d", ß: "ss", æ: "ae", œ: "oe", ı: "i" };

/** The form in which names are looked for: as {@link folded}, and without accents. */
export function searchForm(text: string): string {
  const plain = folded(text);
  if (isAscii(plain)) return plain;
  const bare = plain
    .normalize("NFD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .normalize("NFC");
  return bare.replaceAll(/[øłđßæœı]/g, (letter) => plainLetters[letter] ?? letter);
}

/** Orders texts by code point, which `<` on UTF-16 units gets wrong beyond U+FFFF. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xIsHalf = x >= 0xd800 && x <= 0xdfff;
    const yIsHalf = y >= 0xd800 && y <= 0xdfff;
    if (xIsHalf !== yIsHalf) return xIsHalf ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}
