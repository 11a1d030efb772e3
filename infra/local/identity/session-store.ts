import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";
import { z } from "zod";
import { DamagedFolder, parseKept } from "../kept-file.ts";

/** What a person would miss after a restart. Codes and sign-ins under way live for minutes and may go. */
const KEPT = ["Session", "Grant"];

const entry = z.object({ payload: z.record(z.string(), z.unknown()), expiresAt: z.number().nullable() });
type Entry = z.infer<typeof entry>;
const saved = z.record(z.string(), entry);

export interface SessionStore {
  readonly adapter: AdapterFactory;
  /** Ends every session of a person, and what was granted in them: no code and no silent renewal gets a token after that. */
  signOut(sub: string): Promise<void>;
}

/** The issuer's memory: a map, of which sessions and grants are also kept in one small file. */
export async function openSessionStore(directory: string): Promise<SessionStore> {
  const path = join(directory, "sessions.json");
  await mkdir(directory, { recursive: true });
  const text = await readFile(path, "utf8").catch(() => "{}");
  const kept = parseKept(text, saved);
  if (kept === undefined) throw new DamagedFolder(path, "cannot be read. Remove it: everybody signs in again");
  const entries = new Map<string, Entry>(Object.entries(kept));

  let saving: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => {
    saving = saving.then(async () => {
      const kept = [...entries].filter(([key]) => KEPT.some((model) => key.startsWith(`${model}:`)));
      await writeFile(`${path}.new`, JSON.stringify(Object.fromEntries(kept)), { mode: 0o600, flush: true });
      await rename(`${path}.new`, path);
    });
    return saving;
  };

  const alive = (key: string): AdapterPayload | undefined => {
    const found = entries.get(key);
    if (found === undefined) return undefined;
    if (found.expiresAt !== null && found.expiresAt <= Date.now()) {
      entries.delete(key);
      return undefined;
    }
    return found.payload;
  };

  const signOut = async (sub: string): Promise<void> => {
    for (const [key, { payload }] of entries) if (payload.accountId === sub) entries.delete(key);
    await save();
  };

  const adapter = (model: string): Adapter => {
    const prefix = `${model}:`;
    const changed = () => (KEPT.includes(model) ? save() : Promise.resolve());
    const search = (matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
      for (const key of entries.keys()) {
        if (!key.startsWith(prefix)) continue;
        const payload = alive(key);
        if (payload !== undefined && matches(payload)) return payload;
      }
      return undefined;
    };
    return {
      async upsert(id, payload, expiresIn) {
        for (const key of entries.keys()) alive(key);
        const expiresAt = expiresIn === undefined ? null : Date.now() + expiresIn * 1000;
        entries.set(prefix + id, { payload: { ...payload }, expiresAt });
        await changed();
      },
      find: async (id) => alive(prefix + id),
      findByUid: async (uid) => search((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => search((payload) => payload.userCode === userCode),
      async consume(id) {
        const payload = alive(prefix + id);
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
        await changed();
      },
      async destroy(id) {
        entries.delete(prefix + id);
        await changed();
      },
      async revokeByGrantId(grantId) {
        for (const [key, { payload }] of entries) {
          if (key.startsWith(prefix) && payload.grantId === grantId) entries.delete(key);
        }
        await changed();
      },
    };
  };
  return { adapter, signOut };
}
