import { useSearchParams } from "wouter";

/** What carries the choices of a batch update on from a view to the next: `?from=` with its ID, or nothing. */
export function useChoicesFrom(): string {
  const [params] = useSearchParams();
  const from = params.get("from");
  return from === null ? "" : `?from=${encodeURIComponent(from)}`;
}
