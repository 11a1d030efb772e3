import { type LibraryId, libraryIdSchema } from "#domain/ids";

/** Ids that tests name: parsed, as all are. */
export function libraryId(text: string): LibraryId {
  return libraryIdSchema.parse(text);
}
