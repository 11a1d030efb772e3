import { useEffect, useRef, useState } from "react";
import { importFile, type Sending } from "../api/imports.ts";
import { useAction } from "../api/use-action.ts";
import { announce } from "../page/announcer.ts";
import { askBeforeUnload } from "../session/leaving.ts";
import { keepFile } from "./kept-file.ts";

/** Sends a file and starts its import. Who leaves the page meanwhile is asked, and then it stops. */
export function useSending(started: (importId: string) => void | Promise<void>) {
  const [sent, setSent] = useState(0);
  const stopper = useRef(new AbortController());
  const action = useAction(
    async (sending: Sending, onceKey) => {
      const { signal } = stopper.current;
      setSent(0);
      try {
        return await importFile(sending, onceKey, setSent, signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
    },
    async (importId, sending) => {
      if (importId === undefined) return announce("Sending was stopped. Nothing was imported.");
      keepFile(importId, sending);
      await started(importId);
    },
  );
  const { isPending } = action;
  useEffect(() => () => stopper.current.abort(), []);
  useEffect(() => (isPending ? askBeforeUnload() : undefined), [isPending]);
  return {
    isPending,
    sent,
    error: action.error,
    wasStopped: action.isSuccess && action.data === undefined,
    file: action.variables?.file,
    send(sending: Sending) {
      stopper.current = new AbortController();
      announce("The file is being sent.");
      action.mutate(sending);
    },
    stop: () => stopper.current.abort(),
  };
}
