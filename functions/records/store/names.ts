import { hash } from "node:crypto";
import { folded } from "#domain/text";
import { type Key, namesBeside } from "./keys.ts";
import type { Store } from "./store.ts";
import type { Write, WriteOutcome } from "./table.ts";

/**
 * Names that may be there once in a library, without case. Each is an item of its own beside the things, written in the
 * transaction that names, renames or removes a thing, so that no crash and no second request can part them. Things that
 * were named before names were kept get theirs when they are saved next.
 */
function nameKey(partition: string, name: string): Key {
  return { pk: namesBeside(partition), sk: hash("sha256", folded(name)) };
}

/** What a write of a named thing came to: REFUSED is for the thing itself, as its own condition says. */
export type NamedOutcome = "WRITTEN" | "NAME_TAKEN" | "REFUSED";

/**
 * Writes a thing together with its name.
 *
 * @param names.before the name that it had, undefined for a new thing
 * @param names.after the name that it has from now on, undefined where it is removed
 */
export async function writeNamed(
  store: Store,
  { pk, sk }: Key,
  names: { readonly before?: string; readonly after?: string },
  thing: Write,
  ...more: Write[]
): Promise<NamedOutcome> {
  const { before, after } = names;
  const claimed = after === undefined ? undefined : nameKey(pk, after);
  const left = before === undefined ? undefined : nameKey(pk, before);
  const mine = { expression: "attribute_not_exists(pk) OR holder = :holder", values: { ":holder": sk } };
  const claims: Write[] = claimed === undefined ? [] : [{ put: { ...claimed, holder: sk }, if: mine }];
  const releases = left !== undefined && left.sk !== claimed?.sk && (await isHeldBy(store, left, sk));
  const released: Write[] = releases ? [{ delete: left, if: mine }] : [];
  return outcomeOf(await store.table.write(thing, ...claims, ...released, ...more), claims.length === 1);
}

/** One that was named before names were kept may have shared its name with another, who holds it now. */
async function isHeldBy(store: Store, key: Key, holder: string): Promise<boolean> {
  return (await store.table.get(key))?.holder === holder;
}

function outcomeOf(outcome: WriteOutcome, hasClaim: boolean): NamedOutcome {
  if (outcome.done) return "WRITTEN";
  return hasClaim && outcome.refused.includes(1) && !outcome.refused.includes(0) ? "NAME_TAKEN" : "REFUSED";
}
