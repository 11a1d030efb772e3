import { randomBytes } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * A new id of 26 characters that sorts by time (ULID order, in lower case): 48 bits of milliseconds, 80 random bits.
 * Safe in keys, URLs and execution names.
 */
export function newId(now: Date): string {
  let time = now.getTime();
  let head = "";
  for (let i = 0; i < 10; i++) {
    head = alphabet.charAt(time % 32) + head;
    time = Math.floor(time / 32);
  }
  const tail = [...randomBytes(16)].map((byte) => alphabet.charAt(byte % 32)).join("");
  return head + tail;
}
