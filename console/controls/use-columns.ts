import { useState } from "react";
import { z } from "zod";

const keptSchema = z.array(z.string());

/** Columns that somebody does not want to see, kept in this browser for the next time; nothing of any patron is in it. */
export function useColumns(list: string): {
  isShown(head: string): boolean;
  show(head: string, isShown: boolean): void;
} {
  const place = `columns-left-out:${list}`;
  const [hidden, setHidden] = useState<readonly string[]>(() => kept(place));
  return {
    isShown: (head) => !hidden.includes(head),
    show(head, isShown) {
      const after = [...hidden.filter((it) => it !== head), ...(isShown ? [] : [head])];
      localStorage.setItem(place, JSON.stringify(after));
      setHidden(after);
    },
  };
}

function kept(place: string): readonly string[] {
  const text = localStorage.getItem(place);
  try {
    return text === null ? [] : (keptSchema.safeParse(JSON.parse(text)).data ?? []);
  } catch {
    return [];
  }
}
