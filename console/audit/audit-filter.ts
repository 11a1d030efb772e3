import { addDays, instantAt, isDay } from "#domain/calendar";

/** What the audit is narrowed to, as it is typed: days of the library, words as they stand in the entries. */
export interface TypedFilter {
  readonly action: string;
  readonly actor: string;
  readonly subject: string;
  readonly from: string;
  readonly to: string;
}

/** The same as the API takes it: both days are whole days by the clocks of the time zone. */
export function auditFilter({ action, actor, subject, from, to }: TypedFilter, timeZone: string) {
  return {
    action,
    actor: actor.trim(),
    subject: subjectAsKept(subject.trim()),
    from: isDay(from) ? instantAt(from, "00:00", timeZone)?.toISOString() : undefined,
    to: isDay(to) ? before(instantAt(addDays(to, 1), "00:00", timeZone)) : undefined,
  };
}

export type AuditFilter = ReturnType<typeof auditFilter>;

/** The last instant of a day, in whole milliseconds. */
function before(next: Date | undefined): string | undefined {
  return next && new Date(next.getTime() - 1).toISOString();
}

/**
 * A subject as the audit keeps it. An address of the console is taken for what it shows, `patron P1` or an id alone that is
 * a patron's for the patron.
 */
function subjectAsKept(text: string): string {
  const path = text.replace(/^https?:\/\/[^/]+/, "").replace(/^\//, "");
  if (path === "" || path.includes("/")) return path.replace(/^patron\//, "patrons/");
  const [, id] = /^patron\s+(\S+)$/i.exec(path) ?? [];
  if (id !== undefined) return `patrons/${id}`;
  return path === "library" || path === "settings" ? "library" : `patrons/${path}`;
}
