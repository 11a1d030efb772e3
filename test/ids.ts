import { type BatchUpdateId, batchUpdateIdSchema, type LibraryId, libraryIdSchema } from "#domain/ids";

/** Ids that tests name: parsed, as all are. */
export function libraryId(text: string): LibraryId {
  return libraryIdSchema.parse(text);
}

export function batchUpdateId(text: string): BatchUpdateId {
  return batchUpdateIdSchema.parse(text);
}
