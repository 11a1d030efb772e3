import type { FillRequest } from "#batch-manager/messages";
import type { Catalogue } from "#domain/catalogue/catalogue";
import { isOfLate } from "#domain/erasure/erasure-job";
import type { BatchUpdateId, LibraryId, PatronId } from "#domain/ids";
import type { Library } from "#domain/library";
import { fillable, patronGoneRefusal } from "#domain/queue/fill";
import { fillQueue } from "#domain/queue/fill-queue";
import { errorName } from "#platform/cause";
import { logger } from "#platform/logger";
import { allEnded } from "#platform/side-by-side";
import { count } from "#platform/thread";
import { erasedAmong } from "#records/erasures/erasures";
import type { Catalogues } from "#records/imports/catalogue";
import { loadLibrary } from "#records/library/libraries";
import { decodeMediumRecord } from "#records/profiles/medium-records";
import { decodeFillingFacts } from "#records/profiles/patrons";
import { addAnswers, type FillGroup, loadGroups } from "#records/service-queues/fill-answers";
import { forgottenFills } from "#records/service-queues/forgotten-fills";
import { decodeQueue, type QueueWrite, type ServiceQueue, writeQueues } from "#records/service-queues/service-queues";
import { mediumRecordKey, queueKey, readingKey } from "#records/store/keys";
import type { OfEach, Store } from "#records/store/store";
import type { RawItem } from "#records/store/table";

export interface FillDependencies {
  readonly stores: OfEach<Store>;
  readonly catalogues: Catalogues;
  readonly now: () => Date;
}

/** Fills one batch update asks for in one medium: those of its requests that came together. */
export interface OrderedFills {
  readonly library: LibraryId;
  readonly batchUpdateId: BatchUpdateId;
  readonly medium: string;
  readonly requests: readonly FillRequest[];
}

/** How often a queue is read and filled anew when somebody else wrote it in between. */
const rounds = 4;

/**
 * Fills the service queues that one batch update asks for, and answers for each patron: filled, or failed with a reason.
 * What was answered or settled before is left as it is.
 *
 * @returns the requests that got no answer, whose messages are to be delivered again
 */
export async function fillOrder(deps: FillDependencies, order: OrderedFills): Promise<FillRequest[]> {
  const { batchUpdateId, medium, requests } = order;
  const store = deps.stores.of(order.library);
  const patronIds = [...new Set(requests.map((it) => it.patronId))];
  const groupNames = [...new Set(requests.map((it) => it.group))];
  const [library, groups, catalogue, found] = await allEnded([
    loadLibrary(store),
    loadGroups(store, batchUpdateId, groupNames),
    deps.catalogues.ofMedium(store, medium),
    loadProfiles(store, medium, patronIds),
  ]);
  if (library === undefined) {
    // It was deleted, and with it whom this is about.
    logger.warn("Fills of a library that is not there", { fills: requests.length });
    return [];
  }
  const open = requests.filter((it) => groups.get(it.group)?.filled.has(it.patronId) !== true);
  const asked = open.filter((it) => isAskedFor(groups, it));
  let unasked = open.filter((it) => !asked.includes(it));
  if (unasked.length > 0) {
    logger.warn("Fills that no batch update asked for", { fills: unasked.length });
    // Of one whose evidence is gone nobody is waited for: these messages are late, or were sent again as dead letters.
    if ((await forgottenFills(store, batchUpdateId)) !== undefined) unasked = [];
  }

  const answers = new Map<PatronId, Answer>();
  let profiles = found;
  for (let round = 0; round < rounds; round++) {
    const waiting = new Set(asked.map((it) => it.patronId).filter((patronId) => !answers.has(patronId)));
    if (waiting.size === 0) break;
    if (round > 0) profiles = await loadProfiles(store, medium, [...waiting]);
    const writes: QueueWrite[] = [];
    for (const profile of profiles.filter((it) => waiting.has(it.patronId))) {
      const decided = decide(profile, { library, catalogue, batchUpdateId, at: deps.now().toISOString() });
      if (decided.is === "TO_WRITE") writes.push({ patronId: profile.patronId, queue: decided.queue });
      else answers.set(profile.patronId, decided);
    }
    const errors = new Map<number, string>();
    const outcomes = await writeQueues(store, medium, writes, errors);
    for (const [place, { patronId }] of writes.entries()) {
      if (outcomes[place] === "WRITTEN") answers.set(patronId, { is: "FILLED" });
      if (outcomes[place] === "FAILED") {
        const reason = `The queue could not be stored: ${errors.get(place) ?? "Unknown"}`;
        answers.set(patronId, { is: "FAILED", reason });
      }
    }
  }
  for (const group of groups.keys()) await answerGroup(store, order, group, answers, deps.now());
  return [...unasked, ...asked.filter((it) => !answers.has(it.patronId))];
}

function isAskedFor(groups: ReadonlyMap<string, FillGroup>, { group, patronId }: FillRequest): boolean {
  return groups.get(group)?.requested.has(patronId) === true;
}

type Answer = { is: "FILLED" } | { is: "WITHDRAWN" } | { is: "FAILED"; reason: string };

async function answerGroup(
  store: Store,
  { batchUpdateId, requests }: OrderedFills,
  group: string,
  answers: ReadonlyMap<PatronId, Answer>,
  now: Date,
): Promise<void> {
  const filled = new Set<PatronId>();
  const failed = new Map<PatronId, string>();
  for (const request of requests) {
    const answer = request.group === group ? answers.get(request.patronId) : undefined;
    if (answer?.is === "FILLED") filled.add(request.patronId);
    // The undo answers for what it withdraws, in a place of its own.
    if (answer?.is === "FAILED") failed.set(request.patronId, answer.reason);
  }
  count({ queuesFilled: filled.size, fillsFailed: failed.size });
  await addAnswers(store, batchUpdateId, group, { filled: [...filled], failed });
  // Whoever was erased meanwhile: those who erase may have been here before this answer, which tells what was read earlier.
  const gone = failed.size === 0 ? [] : await erasedOfLate(store, [...failed.keys()], now);
  if (gone.length === 0) return;
  const reasons = new Map(gone.map((patronId) => [patronId, patronGoneRefusal]));
  await addAnswers(store, batchUpdateId, group, { filled: [], failed: reasons });
}

async function erasedOfLate(store: Store, patronIds: readonly PatronId[], now: Date): Promise<PatronId[]> {
  return [...(await erasedAmong(store, patronIds))].flatMap(([patronId, at]) => (isOfLate(at, now) ? [patronId] : []));
}

/** What is stored of one patron, undecoded: an item that breaks a rule is that patron's failure alone. */
interface StoredProfile {
  readonly patronId: PatronId;
  readonly record: RawItem | undefined;
  readonly reading: RawItem | undefined;
  readonly queue: RawItem | undefined;
}

async function loadProfiles(store: Store, medium: string, patronIds: readonly PatronId[]): Promise<StoredProfile[]> {
  const keysOf = (patronId: PatronId) => ({
    record: mediumRecordKey(store, patronId, medium),
    reading: readingKey(store, patronId),
    queue: queueKey(store, patronId, medium),
  });
  const keys = patronIds.map(keysOf);
  const items = await store.table.batchGetRaw(keys.flatMap((its) => Object.values(its)));
  const found = new Map(items.map((item) => [`${item.pk?.S}\n${item.sk?.S}`, item]));
  return patronIds.map((patronId, place) => {
    const itemOf = (name: keyof ReturnType<typeof keysOf>) => {
      const key = keys[place]?.[name];
      return found.get(`${key?.pk}\n${key?.sk}`);
    };
    return {
      patronId,
      record: itemOf("record"),
      reading: itemOf("reading"),
      queue: itemOf("queue"),
    };
  });
}

interface Circumstances {
  readonly library: Library;
  readonly catalogue: Catalogue;
  readonly batchUpdateId: BatchUpdateId;
  readonly at: string;
}

function decide(stored: StoredProfile, circumstances: Circumstances): Answer | { is: "TO_WRITE"; queue: ServiceQueue } {
  try {
    return decideFrom(stored, circumstances);
  } catch (error) {
    logger.error("A patron whose service queue cannot be filled", {
      patronId: stored.patronId,
      error: errorName(error),
    });
    return { is: "FAILED", reason: "What is stored of this patron breaks the rules and cannot be read" };
  }
}

function decideFrom(
  { record: recordItem, reading: readingItem, queue: queueItem }: StoredProfile,
  { library, catalogue, batchUpdateId, at }: Circumstances,
): Answer | { is: "TO_WRITE"; queue: ServiceQueue } {
  const queue = decodeQueue(queueItem);
  const settlement = queue.settled[batchUpdateId];
  if (settlement !== undefined) return { is: settlement.as };
  const found = fillable(
    readingItem && decodeFillingFacts(readingItem),
    recordItem && decodeMediumRecord(recordItem),
    catalogue.medium,
    library,
  );
  if ("refusal" in found) return { is: "FAILED", reason: found.refusal };
  const { record, patron: facts } = found;
  const { reading, ...patron } = facts;
  const filled = fillQueue({
    patron,
    reading,
    record,
    catalogue,
    library,
    queue: queue.entries,
    batchUpdateId,
  });
  const settled = { ...queue.settled, [batchUpdateId]: { as: "FILLED" as const, at, added: filled.added } };
  return {
    is: "TO_WRITE",
    queue: { entries: filled.entries, settled, revision: queue.revision, filledAt: at, filledBy: batchUpdateId },
  };
}
