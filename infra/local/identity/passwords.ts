import { hash, randomBytes, scrypt, timingSafeEqual } from "node:crypto";

const bytes = 32;

/** What is kept of a password: a salt and what a slow hash makes of both. */
export async function hashedPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString("base64url")}.${(await slow(password, salt)).toString("base64url")}`;
}

export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [salt = "", wanted = ""] = kept.split(".");
  const found = await slow(password, Buffer.from(salt, "base64url"));
  const expected = Buffer.from(wanted, "base64url");
  return found.length === expected.length && timingSafeEqual(found, expected);
}

async function slow(password: string, salt: Buffer): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, bytes, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

/** A secret that nobody guesses, and so needs no slow hash. */
export function newSecret(): string {
  return randomBytes(bytes).toString("base64url");
}

export function digestOf(secret: string): string {
  return hash("sha256", secret);
}

export function isDigestOf(secret: string, digest: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(secret)), Buffer.from(digest));
}
