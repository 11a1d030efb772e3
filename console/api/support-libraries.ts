import { queryOptions } from "@tanstack/react-query";
import { library } from "#contract/library";
import { type NewLibrary, type ServedLibrary, supportLibraries } from "#contract/support-libraries";
import type { Errand } from "../session/session.ts";
import { call } from "./call.ts";

/** Every library: support chooses among all of them, not among a page of them. */
export const servedLibrariesQuery = () =>
  queryOptions({
    queryKey: ["served-libraries"],
    queryFn: async ({ signal }) => {
      const found: ServedLibrary[] = [];
      let cursor: string | undefined;
      do {
        const page = await call(supportLibraries.list, { query: { limit: 200, cursor }, signal });
        found.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return found;
    },
  });

export function createLibrary({ body, reason }: { body: NewLibrary; reason: string }, onceKey: string) {
  return call(supportLibraries.create, { body, onceKey, errand: { reason } });
}

interface Suspension {
  readonly library: string;
  readonly suspended: boolean;
  readonly reason: string;
}

export function suspendLibrary({ library: id, suspended, reason }: Suspension) {
  return call(supportLibraries.change, { params: { library: id }, body: { suspended }, errand: { reason } });
}

/** Whether support can work there: looks at the library by the very header that all that follows will carry. */
export function tryErrand(errand: Errand) {
  return call(library.get, { errand });
}

interface Named {
  readonly library: string;
  readonly reason: string;
}

/** In a week, unless it is taken back. */
export function deleteLibrary({ library: id, reason }: Named) {
  return call(supportLibraries.delete, { params: { library: id }, body: { library: id }, errand: { reason } });
}

export function restoreLibrary({ library: id, reason }: Named) {
  return call(supportLibraries.restore, { params: { library: id }, errand: { reason } });
}
