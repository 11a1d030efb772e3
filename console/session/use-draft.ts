import { useCallback, useState } from "react";
import type { z } from "zod";

/**
 * State that a reload, a renewed sign-in or the way back do not lose. Kept in this tab alone, and gone with it. What an
 * older version of the console wrote, and no longer fits, is forgotten.
 */
export function useDraft<Schema extends z.ZodType>(
  key: string,
  schema: Schema,
  initial: () => z.output<Schema>,
): [z.output<Schema>, (value: z.output<Schema>) => void, () => void] {
  const place = `draft:${key}`;
  const [state, setState] = useState(() => ({ place, value: readDraft(place, schema) ?? initial() }));
  const set = useCallback(
    (value: z.output<Schema>) => {
      sessionStorage.setItem(place, JSON.stringify(value));
      setState({ place, value });
    },
    [place],
  );
  const forget = useCallback(() => sessionStorage.removeItem(place), [place]);
  if (state.place !== place) {
    const value = readDraft(place, schema) ?? initial();
    setState({ place, value });
    return [value, set, forget];
  }
  return [state.value, set, forget];
}

/** Keeps under another name what was typed: of a draft that was sent, under the name of what it became. */
export function keepDraft(key: string, value: unknown): void {
  sessionStorage.setItem(`draft:${key}`, JSON.stringify(value));
}

function readDraft<Schema extends z.ZodType>(place: string, schema: Schema): z.output<Schema> | undefined {
  const stored = sessionStorage.getItem(place);
  if (stored === null) return undefined;
  const parsed = schema.safeParse(JSON.parse(stored));
  return parsed.success ? parsed.data : undefined;
}
