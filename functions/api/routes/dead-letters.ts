import { type DeadLetter, peekDeadLetters, sendAgain, takeDeadLetters } from "#batch-manager/dead-letters";
import { type DeadLetterAnswer, deadLetters } from "#contract/dead-letters";
import { type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";
import { tellSupport } from "../support-audit.ts";

const subject = "dead-letters";

function shown(letter: DeadLetter): DeadLetterAnswer {
  const { library, batchUpdateId, patrons, sentAt, ...rest } = letter;
  return {
    ...rest,
    queue: "service-queues",
    ...(library !== undefined && { library }),
    ...(batchUpdateId !== undefined && { batchUpdateId }),
    ...(patrons !== undefined && { patrons }),
    sentAt: sentAt.toISOString(),
  };
}

async function list(_: CallOf<typeof deadLetters.listDeadLetters>, { sqs, deadLettersUrl }: Dependencies) {
  const { letters, complete } = await peekDeadLetters(sqs, deadLettersUrl);
  return ok({ items: letters.map(shown), complete });
}

interface Handling {
  readonly action: string;
  /** What is done to messages before they are taken away. */
  readonly handle: (letters: readonly DeadLetter[], dependencies: Dependencies) => Promise<void>;
  readonly does: (messages: string) => string;
}

const redriving: Handling = {
  action: "DEAD_LETTERS_REDRIVEN",
  handle: async (letters, { sqs, serviceQueuesUrl }) => await sendAgain(sqs, serviceQueuesUrl, letters),
  does: (messages) => `Sends ${messages} once more.`,
};
const dropping: Handling = {
  action: "DEAD_LETTERS_DROPPED",
  handle: async () => undefined,
  does: (messages) => `Deletes ${messages}.`,
};

async function handleSome(
  call: CallOf<typeof deadLetters.redrive>,
  dependencies: Dependencies,
  { action, handle, does }: Handling,
) {
  const { stores, sqs, deadLettersUrl } = dependencies;
  const { messageIds, dryRun = false } = call.body;
  const { letters } = await peekDeadLetters(sqs, deadLettersUrl);
  const meant = letters.filter(({ messageId }) => messageIds === undefined || messageIds.includes(messageId));
  const inWords = (its: readonly DeadLetter[]) => [does(its.length === 1 ? "1 message" : `${its.length} messages`)];
  if (dryRun) return ok({ dryRun, subject, does: inWords(meant), messages: meant.length });
  // Told first, in the audit of each library that it concerns: what is not told is not done.
  for (const [library, its] of Map.groupBy(meant, (letter) => letter.library)) {
    await tellSupport(stores, call, library, action, subject, inWords(its));
  }
  if (meant.length === 0) {
    await tellSupport(stores, call, undefined, action, subject, inWords(meant));
    return ok({ dryRun, subject, does: inWords(meant), messages: 0 });
  }
  const wanted = meant.map(({ messageId }) => messageId);
  const taken = await takeDeadLetters(sqs, deadLettersUrl, wanted, async (its) => await handle(its, dependencies));
  return ok({ dryRun, subject, does: inWords(taken), messages: taken.length });
}

export const deadLetterRoutes: readonly Route[] = [
  implement(deadLetters.listDeadLetters, list),
  implement(deadLetters.redrive, async (call, dependencies) => await handleSome(call, dependencies, redriving)),
  implement(deadLetters.drop, async (call, dependencies) => await handleSome(call, dependencies, dropping)),
];
