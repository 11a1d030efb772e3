import { type LibraryId, libraryIdSchema, noLibrary } from "#domain/ids";
import type { Clock } from "#platform/clock";
import { loadLibrary } from "#records/library/libraries";
import { lookForLibrary } from "#records/library/tenants";
import type { Stores } from "#records/store/store";
import { invalid, notFound, Problem } from "./problem.ts";
import type { Caller, Route } from "./route.ts";

/** Milliseconds for which a library is known to be there without another look. */
const knownFor = 60_000;

/**
 * Finds the library that a call works in: the caller's own, or for support the one of the header Library. A claim or a
 * header reaches no key before it is known to be a library's id.
 */
export function createActingLibrary(stores: Stores, now: Clock, clock: () => number = Date.now) {
  const known = new Map<string, number>();
  const isLibrary = async (library: LibraryId): Promise<boolean> => {
    if ((known.get(library) ?? 0) > clock()) return true;
    known.delete(library);
    // One whose time is over is being deleted: nothing is begun in it.
    if ((await lookForLibrary(stores.across, library, now())) === "LEFT") return false;
    if ((await loadLibrary(stores.of(library))) === undefined) return false;
    known.set(library, clock() + knownFor);
    return true;
  };
  /** `noLibrary` where the call belongs to none. */
  return async (caller: Caller, header: string | undefined, it: Route): Promise<LibraryId> => {
    if (caller.library !== undefined) {
      if (header !== undefined && header !== caller.library) {
        throw new Problem("FORBIDDEN", "The Library header names a library that is not yours.");
      }
      return caller.library;
    }
    if (it.scope === "none") return noLibrary;
    if (header === undefined) {
      throw invalid({ path: "Library", message: "name the library you are working in, in the Library header" });
    }
    const named = libraryIdSchema.safeParse(header).data;
    if (named === undefined || !(await isLibrary(named))) throw notFound();
    return named;
  };
}
