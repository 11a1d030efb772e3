import type { MediumRecord } from "#domain/profile/medium-record";
import type { Patron, Preference } from "#domain/profile/patron";
import type { PatronFieldName } from "#domain/profile/patron-fields";
import type { CountName, FieldValue, MediumValueName } from "./fields.ts";

/** What a query looks at: one patron, the medium records that are not removed, and queue lengths where a criterion asks for them. */
export interface Subject<P, M> {
  readonly patron: P;
  readonly media: readonly M[];
  /** Per medium, how many entries of the service queue are not SENT. A medium without a queue counts as 0. */
  readonly queueSizes?: Readonly<Record<string, number>>;
}
export type QuerySubject = Subject<Patron, MediumRecord>;

/**
 * How values are found in whatever stands for a patron and a medium record: the records themselves, or items as they lie in
 * the table. Asked for once for each criterion, so that finding a value in each patron is one step.
 */
export interface Readers<P, M> {
  patronValue(name: PatronFieldName): (patron: P) => FieldValue;
  mediumValue(name: MediumValueName): (medium: M) => FieldValue;
  preferences(patron: P): readonly Preference[];
  /** Listed titles of one medium, by its code. */
  titleCount(patron: P, counted: Exclude<CountName, "queueSizes">, medium: string): number;
}

export const recordReaders: Readers<Patron, MediumRecord> = {
  patronValue: (name) => (patron) => patron[name],
  mediumValue: (name) => (medium) => medium[name],
  preferences: (patron) => patron.preferences,
  titleCount: (patron, counted, medium) => countIn(patron[counted], medium),
};

/** Own keys only: `constructor` is a legal code of a medium. */
export function countIn(counts: Readonly<Record<string, number>> | undefined, medium: string): number {
  return counts !== undefined && Object.hasOwn(counts, medium) ? (counts[medium] ?? 0) : 0;
}
