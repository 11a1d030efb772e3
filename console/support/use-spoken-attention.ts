import { useEffect, useRef } from "react";
import type { AttentionAnswer } from "#contract/attention";
import { announce } from "../page/announcer.ts";
import { counted } from "../words/format.ts";
import { attentionWords } from "./words.ts";

const nameOf = ({ kind, subject }: AttentionAnswer) => `${kind} ${subject}`;

/** Says what comes to need attention and what no longer does, in one sentence for each look. */
export function useSpokenAttention(items: readonly AttentionAnswer[] | undefined): void {
  const before = useRef<readonly AttentionAnswer[]>(undefined);
  useEffect(() => {
    const last = before.current;
    before.current = items;
    if (items === undefined || last === undefined) return;
    const come = items.filter((item) => !last.some((it) => nameOf(it) === nameOf(item)));
    const gone = last.filter((item) => !items.some((it) => nameOf(it) === nameOf(item)));
    if (come.length === 0 && gone.length === 0) return;
    announce(
      [
        ...told(come, "New"),
        ...told(gone, "No longer"),
        `${counted(items.length, "thing needs", "things need")} attention.`,
      ].join(" "),
    );
  }, [items]);
}

function told(items: readonly AttentionAnswer[], how: string): string[] {
  const [only] = items;
  if (only === undefined) return [];
  return [items.length === 1 ? `${how}: ${attentionWords[only.kind].title}.` : `${how}: ${items.length} things.`];
}
