import {
  type BatchUpdateId,
  batchUpdateIdSchema,
  keptPatronIdSchema,
  type LibraryId,
  libraryIdSchema,
  type PatronId,
} from "#domain/ids";

/** Ids that tests name: parsed, as all are. */
export function libraryId(text: string): LibraryId {
  return libraryIdSchema.parse(text);
}

export function batchUpdateId(text: string): BatchUpdateId {
  return batchUpdateIdSchema.parse(text);
}

export function patronId(text: string): PatronId {
  return keptPatronIdSchema.parse(text);
}
