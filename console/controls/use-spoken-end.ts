import { useEffect, useRef } from "react";
import { announce } from "../page/announcer.ts";

/**
 * Says what became of a job when it ends while its page is open.
 *
 * @param status undefined while it is not known yet
 */
export function useSpokenEnd(status: string | undefined, sentence: () => string): void {
  const before = useRef(status);
  const words = useRef(sentence);
  words.current = sentence;
  useEffect(() => {
    if (before.current === "RUNNING" && status !== undefined && status !== "RUNNING") announce(words.current());
    before.current = status;
  }, [status]);
}
