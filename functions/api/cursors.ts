import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { LibraryId } from "#domain/ids";
import { loadCursorKey } from "#records/library/cursor-key";
import type { OfEach, Store } from "#records/store/store";
import { badCursor } from "./page.ts";

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** The list that a cursor belongs to: in no other does it open. */
export interface CursorOf {
  readonly library: LibraryId;
  readonly path: string;
}

/** Seals the places at which lists go on: a cursor shows nothing of what stands there, and cannot be made up. */
export function createCursors(stores: OfEach<Store>) {
  const keys = new Map<LibraryId, Buffer>();
  const keyOf = async (library: LibraryId): Promise<Buffer> => {
    const known = keys.get(library) ?? (await loadCursorKey(stores.of(library)));
    keys.set(library, known);
    return known;
  };
  return {
    async seal(list: CursorOf, place: string): Promise<string> {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, await keyOf(list.library), nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(list.path));
      const sealed = Buffer.concat([cipher.update(place, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("base64url");
    },

    /** @throws VALIDATION where it is none of this list's */
    async open(list: CursorOf, cursor: string): Promise<string> {
      const bytes = Buffer.from(cursor, "base64url");
      const end = bytes.length - tagBytes;
      if (end <= nonceBytes) throw badCursor();
      const nonce = bytes.subarray(0, nonceBytes);
      const cipher = createDecipheriv(algorithm, await keyOf(list.library), nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(list.path));
      cipher.setAuthTag(bytes.subarray(end));
      try {
        return Buffer.concat([cipher.update(bytes.subarray(nonceBytes, end)), cipher.final()]).toString("utf8");
      } catch {
        throw badCursor();
      }
    },
  };
}
