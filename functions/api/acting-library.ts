import { idSchema } from "#domain/text";
import { loadLibrary } from "#records/library/libraries";
import type { Store } from "#records/store/store";
import { invalid, notFound, Problem } from "./problem.ts";
import type { Caller, Route } from "./route.ts";

/** Milliseconds for which a library is known to be there without another look. */
const knownFor = 60_000;

/**
 * Finds the library that a call works in: the caller's own, or for support the one of the header Library. A claim or a
 * header reaches no key before it is known to be a library's id.
 */
export function createActingLibrary(store: Store, clock: () => number = Date.now) {
  const known = new Map<string, number>();
  const isLibrary = async (library: string): Promise<boolean> => {
    if (!idSchema.safeParse(library).success) return false;
    if ((known.get(library) ?? 0) > clock()) return true;
    known.delete(library);
    if ((await loadLibrary(store, library)) === undefined) return false;
    known.set(library, clock() + knownFor);
    return true;
  };
  /** Empty where the call belongs to no library. */
  return async (caller: Caller, header: string | undefined, it: Route): Promise<string> => {
    if (caller.library !== undefined) {
      if (header !== undefined && header !== caller.library) {
        throw new Problem("FORBIDDEN", "The Library header names another library than your own.");
      }
      return caller.library;
    }
    if (it.scope === "none") return "";
    if (header === undefined) {
      throw invalid({ path: "Library", message: "name the library you act on in the Library header" });
    }
    if (!(await isLibrary(header))) throw notFound();
    return header;
  };
}
