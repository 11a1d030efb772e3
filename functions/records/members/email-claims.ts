import { hash } from "node:crypto";
import { z } from "zod";
import { sameEmail } from "#domain/member";
import { readItem } from "#records/store/format";
import { emailKey, type Key } from "#records/store/keys";
import { type Condition, ifAbsent, type Table, type Write } from "#records/store/table";

/** Milliseconds after which another library may have an address whose invitation broke off. Longer than a request takes. */
const claimLasts = 60_000;

const claimSchema = z.object({
  /** Under which the user pool knows, or is going to know, the person. */
  userName: z.string(),
  library: z.string(),
  until: z.number(),
  /** Absent while the person is being made. */
  personId: z.string().optional(),
});
type EmailClaim = z.infer<typeof claimSchema>;

/** An address that nobody has but the person who is being made under `userName`. */
export type Claimed =
  | { readonly outcome: "CLAIMED"; readonly userName: string }
  | { readonly outcome: "HELD"; readonly personId: string }
  | { readonly outcome: "TAKEN" };

function keyOf(email: string): Key {
  return emailKey(hash("sha256", sameEmail(email)));
}

/**
 * Claims an address before the user pool is asked, so that no two people have it, in whatever library. A claim whose
 * making broke off is gone on with under the name it has: by its library at once, by others when it is old.
 */
export async function claimEmail(
  table: Table,
  email: string,
  { library, userName }: Pick<EmailClaim, "library" | "userName">,
  now: Date,
): Promise<Claimed> {
  const key = keyOf(email);
  const until = now.getTime() + claimLasts;
  for (;;) {
    const { done } = await table.write({ put: { ...key, userName, library, until }, if: ifAbsent });
    if (done) return { outcome: "CLAIMED", userName };
    const item = await table.get(key);
    if (item === undefined) continue;
    const found = readItem(claimSchema, item);
    if (found.personId !== undefined) return { outcome: "HELD", personId: found.personId };
    if (found.library !== library && found.until > now.getTime()) return { outcome: "TAKEN" };
    const taken = await table.write({ set: { library, until }, key, if: stillOpen(found) });
    if (taken.done) return { outcome: "CLAIMED", userName: found.userName };
  }
}

function stillOpen({ userName }: Pick<EmailClaim, "userName">): Condition {
  return { expression: "userName = :user AND attribute_not_exists(personId)", values: { ":user": userName } };
}

/** The write that gives a claimed address to the person who was made, to stand in the transaction that makes them. */
export function claimedFor(email: string, userName: string, personId: string): Write {
  return { set: { personId }, key: keyOf(email), if: stillOpen({ userName }) };
}

/** Gives an address back that could not be used. */
export async function releaseClaim(table: Table, email: string, userName: string): Promise<void> {
  await table.write({ delete: keyOf(email), if: stillOpen({ userName }) });
}

/** The write that gives back the address of a person who is gone. */
export function releasedBy(email: string, personId: string): Write {
  const theirs = { expression: "personId = :person", values: { ":person": personId } };
  return { delete: keyOf(email), if: theirs };
}
