import { useCallback, useLayoutEffect, useRef } from "react";
import { useSearchParams } from "wouter";

export interface Details {
  /** Whose details are shown. */
  readonly patronId: string | undefined;
  readonly open: (patronId: string) => void;
  readonly close: () => void;
}

/** Button of a row that shows its details. */
export const detailsId = (list: string, patronId: string): string => `${list}-details-${patronId}`;

/**
 * Whose details stand beside a list: in the address, so that the way back and a reload keep them. When they are closed the
 * focus goes back to the row, or to the list where the row is on another page.
 */
export function useDetails(list: string): Details {
  const [params, setParams] = useSearchParams();
  const patronId = params.get(`${list}.patron`) ?? undefined;
  const before = useRef(patronId);
  useLayoutEffect(() => {
    const was = before.current;
    before.current = patronId;
    if (was === undefined || patronId !== undefined) return;
    const row = document.getElementById(detailsId(list, was)) ?? document.getElementById(`${list}-heading`);
    row?.focus();
  }, [list, patronId]);
  const move = useCallback(
    (to: string | undefined) =>
      setParams(
        (params) => {
          const after = new URLSearchParams(params);
          if (to === undefined) after.delete(`${list}.patron`);
          else after.set(`${list}.patron`, to);
          return after;
        },
        { replace: true },
      ),
    [list, setParams],
  );
  return { patronId, open: move, close: () => move(undefined) };
}
