import { createHash } from "node:crypto";
import { z } from "zod";
import type { Clock } from "#platform/clock";
import { pause } from "#platform/pause";
import { readItem } from "#records/store/format";
import { idempotencyKey } from "#records/store/keys";
import type { Store } from "#records/store/store";
import { ifAbsent } from "#records/store/table";
import { isObject } from "./body.ts";
import { conflict, invalid, stillAtWork } from "./problem.ts";
import type { Answer } from "./route.ts";

/** Seconds for which the first answer is kept: two days, so that "at least 24 hours" holds at its end too. */
const keptFor = 48 * 3600;
/** Milliseconds after which a request that never ended may be taken over. Longer than any request may take. */
const lease = 30_000;
/** Milliseconds that a second request waits for the first. Below the time at which the function gives up by itself. */
const longestWait = 20_000;

const kept = z.object({
  bodyHash: z.string(),
  newId: z.string(),
  state: z.enum(["WORKING", "DONE"]),
  leaseUntil: z.number(),
  status: z.number().optional(),
  body: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Its answer held what is shown once, and was not kept. */
  shownOnce: z.literal(true).optional(),
  expiresAt: z.number(),
});

export interface Once {
  /** The Idempotency-Key as the client sent it. */
  readonly key: string;
  /** The caller's sub. */
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** Id for what the call creates, kept so that a later try uses the same. */
  readonly newId: string;
  /** Fields of the answer that are shown once. */
  readonly secrets: readonly string[];
}

export function onceDigest(once: Once): string {
  return hash([once.caller, once.method, once.path, once.key].join("\n"));
}

/**
 * Runs a request at most once for each key, caller, method, path and body: the same again gets the first answer, a second
 * one while the first is at work waits for it. Only answers of success are kept.
 */
export async function once(
  store: Store,
  clock: Clock,
  request: Once,
  run: (newId: string) => Promise<Answer>,
): Promise<Answer> {
  if (!/^[\x21-\x7e]{1,64}$/.test(request.key)) {
    throw invalid({ path: "Idempotency-Key", message: "must be 1 to 64 visible characters" });
  }
  const itemKey = idempotencyKey(store, onceDigest(request));
  const bodyHash = hash(request.body);
  const started = Date.now();
  for (;;) {
    const now = clock().getTime();
    const claim = {
      bodyHash,
      newId: request.newId,
      state: "WORKING" as const,
      leaseUntil: now + lease,
      expiresAt: Math.floor(now / 1000) + keptFor,
    };
    const first = await store.table.write({ put: { ...itemKey, ...claim }, if: ifAbsent });
    if (first.done) return await runAndKeep(store, itemKey, claim, request, run);
    const item = await store.table.get(itemKey);
    if (item === undefined) continue;
    const found = readItem(kept, item);
    if (found.expiresAt * 1000 < now) {
      await store.table.write({ delete: itemKey, if: heldUntil(found.leaseUntil) });
      continue;
    }
    if (found.bodyHash !== bodyHash) throw conflict("This Idempotency-Key was used with another body. Use a new key.");
    if (found.state === "DONE") return replay(found);
    if (found.leaseUntil < now) {
      const mine = { ...claim, newId: found.newId };
      const taken = await store.table.write({ put: { ...itemKey, ...mine }, if: heldUntil(found.leaseUntil) });
      if (taken.done) return await runAndKeep(store, itemKey, mine, request, run);
      continue;
    }
    if (Date.now() - started > longestWait) {
      throw stillAtWork("The first request with this Idempotency-Key is still being worked on. Try again shortly.");
    }
    await pause(100);
  }
}

type Claim = Pick<z.infer<typeof kept>, "bodyHash" | "newId" | "leaseUntil" | "expiresAt">;

async function runAndKeep(
  store: Store,
  itemKey: { pk: string; sk: string },
  claim: Claim,
  { secrets }: Pick<Once, "secrets">,
  run: (newId: string) => Promise<Answer>,
): Promise<Answer> {
  try {
    const answer = await run(claim.newId);
    if (answer.status >= 200 && answer.status < 300) {
      await store.table.write({ put: { ...itemKey, ...claim, state: "DONE", ...keptOf(answer, secrets) } });
    } else {
      await store.table.write({ delete: itemKey, if: heldUntil(claim.leaseUntil) });
    }
    return answer;
  } catch (error) {
    await store.table.write({ delete: itemKey, if: heldUntil(claim.leaseUntil) });
    throw error;
  }
}

/** What is kept of an answer: of one that shows something once, only that it was given. */
function keptOf({ status, body, headers }: Answer, secrets: readonly string[]) {
  if (isObject(body) && secrets.some((field) => body[field] !== undefined)) return { shownOnce: true };
  return { status, body: body === undefined ? undefined : JSON.stringify(body), headers };
}

function heldUntil(leaseUntil: number) {
  return { expression: "leaseUntil = :lease", values: { ":lease": leaseUntil } };
}

function replay({ status = 200, body, headers = {}, shownOnce }: z.infer<typeof kept>): Answer {
  if (shownOnce) {
    throw conflict(
      "This was already done, and its answer held something that is shown only once. Ask for another secret or invitation with a new key.",
    );
  }
  return {
    status,
    ...(body !== undefined && { body: JSON.parse(body) }),
    headers: { ...headers, "idempotent-replayed": "true" },
  };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
