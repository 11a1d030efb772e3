import { peekDeadLetters } from "#batch-manager/dead-letters";
import { attention } from "#contract/attention";
import { type Attention, inOrder } from "#domain/support/attention";
import { jobsThatNeedAttention, lookAt } from "#workflows/attention";
import { decodeNumberCursor, page } from "../page.ts";
import { type CallOf, type Dependencies, implement, ok, type Route } from "../route.ts";

async function list({ query, now }: CallOf<typeof attention.listAttention>, dependencies: Dependencies) {
  const { stores, sfn, workflowArns: arns } = dependencies;
  const found = await jobsThatNeedAttention({ stores, sfn, arns, now });
  await lookAt("dead letters", async () => await deadLetters(dependencies), found);
  const all = inOrder(found.items);
  const from = decodeNumberCursor(query.cursor);
  const to = from + query.limit;
  const { items, nextCursor } = page(all.slice(from, to), to < all.length ? to : undefined);
  return ok({ items, unreadable: found.unreadable, ...(nextCursor !== undefined && { nextCursor }) });
}

async function deadLetters({ sqs, deadLettersUrl }: Dependencies): Promise<Attention[]> {
  const { letters } = await peekDeadLetters(sqs, deadLettersUrl);
  return letters.map(({ messageId, sentAt, library, batchUpdateId, patrons }) => ({
    kind: "DEAD_LETTER",
    ...(library !== undefined && { library }),
    subject: `dead-letters/${messageId}`,
    since: sentAt.toISOString(),
    summary:
      patrons === undefined
        ? "A message that is not one of ours was given up after all its tries"
        : `A message that asks to fill ${patrons === 1 ? "1 service queue" : `${patrons} service queues`} of batch-updates/${batchUpdateId} was given up after all its tries`,
    acts: [
      ...(patrons === undefined
        ? []
        : [{ act: "REDRIVE", method: "POST", path: "/v1/support/dead-letters/redrive" } as const]),
      { act: "DROP", method: "POST", path: "/v1/support/dead-letters/drop" },
      { act: "LOOK", method: "GET", path: "/v1/support/dead-letters" },
    ],
  }));
}

export const attentionRoutes: readonly Route[] = [implement(attention.listAttention, list)];
