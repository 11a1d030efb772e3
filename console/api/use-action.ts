import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { announceAct } from "../page/announcer.ts";
import { codesInWords } from "../words/codes-in-words.ts";
import { isOutdated, isPassing } from "./problem.ts";

const mostTries = 6;

/**
 * One act of a person. A lost connection is bridged by trying again under the same key, so the act is done once, however
 * often its request has to be sent. Whatever it came to, what was read before it is read again when it is shown next: a
 * list from seconds ago would lack what the act has made.
 */
export function useAction<Input, Output>(
  act: (input: Input, onceKey: string) => Promise<Output>,
  done?: (output: Output, input: Input) => void | Promise<void>,
): UseMutationResult<Output, Error, Input> {
  const onceKey = useRef("");
  const client = useQueryClient();
  const outdate = () => client.invalidateQueries({ refetchType: "none" });
  return useMutation<Output, Error, Input>({
    mutationFn: (input) => act(input, onceKey.current),
    onMutate: () => {
      onceKey.current = crypto.randomUUID();
    },
    retry: (failures, error) => isPassing(error) && failures < mostTries,
    retryDelay: (failures) => Math.min(500 * 2 ** failures, 8_000) * (0.5 + Math.random() / 2),
    onSuccess: async (output, input) => {
      await outdate();
      await done?.(output, input);
    },
    onError: async (error) => {
      // Versions are for programs.
      const why = isOutdated(error) ? "Someone else changed this in the meantime." : codesInWords(error.message);
      announceAct(`That did not work. ${why}`);
      await outdate();
    },
  });
}

/** Of a change that came too late the person is told, and what is shown is read again: the next try is of what is there now. */
export async function orRefreshed<Output>(change: Promise<Output>, refresh: () => Promise<unknown>): Promise<Output> {
  try {
    return await change;
  } catch (error) {
    if (isOutdated(error)) await refresh();
    throw error;
  }
}
