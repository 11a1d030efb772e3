import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DamagedFolder, parseKept, writeKept } from "../kept-file.ts";

/** What signs requests to this product's engines. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const schema = z.object({ accessKeyId: z.string().min(16), secretAccessKey: z.string().min(40) });

/** The folder's own credentials, made at the first start: links signed with them are good after a restart. */
export async function loadCredentials(dataDir: string): Promise<Credentials> {
  const file = join(dataDir, "credentials.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text !== undefined) {
    const found = parseKept(text, schema);
    if (found !== undefined) return found;
    throw new DamagedFolder(
      file,
      "cannot be read. Put a copy from before in its place, or remove it: the next start says how to go on without it",
    );
  }
  const made = {
    accessKeyId: `LOCAL${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString("base64url"),
  };
  await writeKept(file, made);
  return made;
}
