import { z } from "zod";
import { idSchema } from "./text.ts";

/**
 * Ids that nobody may take for one another: each is a type of its own, made where something is parsed and nowhere else, so
 * that what swaps two of them does not compile.
 */
export const libraryIdSchema = idSchema.brand<"LibraryId">();
export type LibraryId = z.infer<typeof libraryIdSchema>;

/** What a patron may have as its id. */
export const patronIdSchema = idSchema.brand<"PatronId">();
export type PatronId = z.infer<typeof patronIdSchema>;
/** The same where it was checked before it was kept. */
export const keptPatronIdSchema = z.string().brand<"PatronId">();

/** Any text where it is kept: what gives ids out, and what takes them from outside, has rules of its own. */
export const batchUpdateIdSchema = z.string().brand<"BatchUpdateId">();
export type BatchUpdateId = z.infer<typeof batchUpdateIdSchema>;

/** Stands for the library of what belongs to none, such as the lists that support alone sees. It is no library's id. */
export const noLibrary = "" as LibraryId;

/** What belongs to one library: a store, and everything that says so of itself. */
export interface OfLibrary {
  readonly library: LibraryId;
}
