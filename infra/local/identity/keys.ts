import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";
import { z } from "zod";
import { DamagedFolder, parseKept, writeKept } from "../kept-file.ts";

const rsaKey = z.object({
  kty: z.literal("RSA"),
  alg: z.literal("RS256"),
  use: z.literal("sig"),
  kid: z.string(),
  n: z.string(),
  e: z.string(),
  d: z.string(),
  p: z.string(),
  q: z.string(),
  dp: z.string(),
  dq: z.string(),
  qi: z.string(),
});
const keys = z.object({ signing: rsaKey, cookies: z.array(z.string()).min(1) });
export type IssuerKeys = z.infer<typeof keys>;

/** The issuer's keys, made at the first start: a token given out before a restart is good after it. */
export async function loadKeys(directory: string): Promise<IssuerKeys> {
  const path = join(directory, "keys.json");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text !== undefined) {
    const found = parseKept(text, keys);
    if (found !== undefined) return found;
    throw new DamagedFolder(
      path,
      "cannot be read. Put a copy from before in its place, or remove it: the next start says how to go on without it",
    );
  }
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  const made = keys.parse({
    signing: { ...jwk, kid, alg: "RS256", use: "sig" },
    cookies: [randomBytes(32).toString("base64url")],
  });
  await mkdir(directory, { recursive: true });
  await writeKept(path, made);
  return made;
}
