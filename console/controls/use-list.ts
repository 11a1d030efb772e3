import { useSearchParams } from "wouter";
import { z } from "zod";
import { useDraft } from "../session/use-draft.ts";

export const pageSizes = [50, 100, 200] as const;

const keptSchema = z.object({ q: z.string(), cursors: z.array(z.string()) });

/** Where a list stands and what it is narrowed to. */
export interface ListState<Filter extends string> {
  readonly filter: Readonly<Record<Filter, string>>;
  readonly q: string;
  readonly page: number;
  readonly request: { readonly limit: number; readonly cursor: string | undefined };
  readonly isNarrowed: boolean;
  narrow(filter: Filter, value: string): void;
  /** Narrows to one value, and drops every other filter and what was searched for. */
  showOnly(filter: Filter, value: string): void;
  search(q: string): void;
  resize(rows: number): void;
  next(nextCursor: string): void;
  previous(): void;
}

/**
 * A list's place and filters are in the address, so that a view can be reloaded, opened in another tab and gone back to.
 * Two things are kept in the tab instead: what is searched for, because it can be a patron's name, and the way back to
 * earlier pages, because a cursor only leads forward.
 *
 * @param name of the list, unlike any other on the same view
 */
export function useList<Filter extends string>(name: string, filters: readonly Filter[]): ListState<Filter> {
  const [params, setParams] = useSearchParams();
  const [kept, keep] = useDraft(`list:${location.pathname}:${name}`, keptSchema, () => ({ q: "", cursors: [] }));
  const word = (part: string) => `${name}.${part}`;
  const limit = pageSizes.find((size) => String(size) === params.get(word("rows"))) ?? pageSizes[0];
  const cursor = params.get(word("cursor")) ?? undefined;
  const page = cursor === undefined ? 1 : Math.max(2, Number(params.get(word("page"))) || 2);
  const filter = Object.fromEntries(filters.map((it) => [it, params.get(word(it)) ?? ""])) as Record<Filter, string>;

  const move = (changes: Record<string, string | undefined>) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      for (const [part, value] of Object.entries({ page: undefined, cursor: undefined, ...changes })) {
        if (value === undefined || value === "") after.delete(word(part));
        else after.set(word(part), value);
      }
      return after;
    });

  return {
    filter,
    q: kept.q,
    page,
    request: { limit, cursor },
    isNarrowed: kept.q !== "" || filters.some((it) => filter[it] !== ""),
    narrow: (part, value) => move({ [part]: value }),
    showOnly(part, value) {
      keep({ q: "", cursors: [] });
      move({ ...Object.fromEntries(filters.map((it) => [it, undefined])), [part]: value });
    },
    search(q) {
      keep({ q, cursors: [] });
      move({});
    },
    resize: (rows) => move({ rows: String(rows) }),
    next(nextCursor) {
      keep({ ...kept, cursors: [...kept.cursors.slice(0, page - 1), nextCursor] });
      move({ page: String(page + 1), cursor: nextCursor });
    },
    previous() {
      const known = kept.cursors[page - 3];
      move(known === undefined ? {} : { page: String(page - 1), cursor: known });
    },
  };
}
