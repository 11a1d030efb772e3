import type { Title } from "#domain/catalogue/title";
import type { LibrarySettings, QueueFunctionName } from "#domain/library";
import type { MediumRecord } from "#domain/profile/medium-record";
import type { Patron, Preference, Reading } from "#domain/profile/patron";
import type { FillResult, WhyStopped } from "#domain/queue/fill-queue";
import type { QueueEntry } from "#domain/queue/service-queue";
import { folded } from "#domain/text";

export interface Profile {
  readonly patron: Pick<Patron, "language" | "preferences">;
  readonly reading: Reading;
  readonly record: Pick<MediumRecord, "medium" | "maxServiceQueueSize" | "serveCode">;
  readonly library: Pick<LibrarySettings, "queueFunctions" | "defaultServiceQueueSize" | "serveCodes">;
  readonly queue: readonly QueueEntry[];
}

const same = (a: string, b: string) => folded(a) === folded(b);

/** Liked, or excluded, for one of these reasons; the first preference in the profile's order. */
function preferenceFor(profile: Profile, type: Preference["type"], exclusion: boolean, texts: readonly string[]) {
  return profile.patron.preferences.find(
    (it) => it.type === type && it.exclusion === exclusion && texts.some((text) => same(text, it.code)),
  );
}

/** Every sentence of the rules as a filter or a sort over the whole catalogue, starting again after each title added. */
export function fillByTheBook(profile: Profile, titles: readonly Title[]): FillResult {
  const { library, record, reading } = profile;
  const entries = [...profile.queue];
  const stopped: { function: QueueFunctionName; why: WhyStopped }[] = [];
  const size = record.maxServiceQueueSize ?? library.defaultServiceQueueSize;
  const isFull = () => entries.filter((entry) => entry.status !== "SENT").length >= size;
  for (const { function: name, limit } of library.queueFunctions) {
    let added = 0;
    for (;;) {
      if (isFull()) {
        stopped.push({ function: name, why: "FULL" });
        break;
      }
      if (limit !== undefined && added >= limit) {
        stopped.push({ function: name, why: "LIMIT" });
        break;
      }
      const next = proposals(name, profile, titles).find(
        ({ title }) =>
          isAllowed(name, profile, title) &&
          !reading.hasHad.includes(title.titleId) &&
          !entries.some((entry) => entry.titleId === title.titleId),
      );
      if (next === undefined) {
        stopped.push({ function: name, why: "NOTHING_LEFT" });
        break;
      }
      const { titleId, title, author } = next.title;
      entries.push({ titleId, title, author, selectType: name, source: next.source, status: "WAITING" });
      added++;
    }
  }
  return { entries, added: entries.length - profile.queue.length, stopped };
}

export function isAllowed(name: QueueFunctionName, profile: Profile, title: Title): boolean {
  const excluded = (type: Preference["type"], texts: readonly string[]) =>
    preferenceFor(profile, type, true, texts) !== undefined;
  const { language } = profile.patron;
  if (title.status !== "ACTIVE" || title.medium !== profile.record.medium) return false;
  if (language !== undefined && title.language !== undefined && !same(language, title.language)) return false;
  if (excluded("AUTHOR", [title.author])) return false;
  if (title.series !== undefined && excluded("SERIES", [title.series.name])) return false;
  if (name === "RESERVE" || name === "REQUEST") return true;
  return !excluded("SUBJECT", [...title.subjects, ...title.contentWarnings]);
}

interface Proposal {
  readonly title: Title;
  readonly source: string;
}

function proposals(name: QueueFunctionName, profile: Profile, titles: readonly Title[]): Proposal[] {
  const { reading, record, library } = profile;
  if (name === "RESERVE" || name === "REQUEST") {
    return (name === "RESERVE" ? reading.reserves : reading.requests).flatMap((titleId) =>
      titles.filter((title) => title.titleId === titleId).map((title) => ({ title, source: titleId })),
    );
  }
  if (name === "SERIES") {
    const liked = profile.patron.preferences.filter((it) => it.type === "SERIES" && !it.exclusion);
    return liked.flatMap((preference) => nextInSeries(preference.code, profile, titles));
  }
  const isList = library.serveCodes.some((row) => row.code === record.serveCode && row.method === "LIST");
  if (name === "SUBJECT" && isList) return [];
  const preferenceOf = (title: Title) =>
    preferenceFor(
      profile,
      name,
      false,
      name === "AUTHOR" ? [title.author] : [...title.subjects, ...title.contentWarnings],
    );
  return titles
    .flatMap((title) => {
      const liked = preferenceOf(title);
      return liked === undefined ? [] : [{ title, source: liked.code }];
    })
    .sort((a, b) => newestFirst(a.title, b.title));
}

function nextInSeries(name: string, profile: Profile, titles: readonly Title[]): Proposal[] {
  const numberOf = (title: Title) =>
    title.series !== undefined && same(title.series.name, name) ? title.series.number : undefined;
  const had = [
    ...profile.reading.hasHad,
    ...profile.queue.flatMap((entry) => (entry.status === "SENT" ? [entry.titleId] : [])),
  ];
  const numbersHad = titles.flatMap((title) => (had.includes(title.titleId) ? (numberOf(title) ?? []) : []));
  const highest = Math.max(Number.NEGATIVE_INFINITY, ...numbersHad);
  return titles
    .filter((title) => (numberOf(title) ?? Number.NEGATIVE_INFINITY) > highest)
    .sort((a, b) => (numberOf(a) ?? 0) - (numberOf(b) ?? 0) || (a.titleId < b.titleId ? -1 : 1))
    .map((title) => ({ title, source: name }));
}

function newestFirst(a: Title, b: Title): number {
  if (a.addedOn !== b.addedOn) {
    if (a.addedOn === undefined) return 1;
    if (b.addedOn === undefined) return -1;
    return a.addedOn > b.addedOn ? -1 : 1;
  }
  return a.titleId < b.titleId ? -1 : 1;
}
