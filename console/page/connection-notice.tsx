import { useEffect, useRef, useSyncExternalStore } from "react";
import { connection } from "../api/connection.ts";
import { Notice } from "../controls/notice.tsx";
import { announce } from "./announcer.ts";

/** Says that the service cannot be reached, until it can. */
export function ConnectionNotice() {
  const isLost = useSyncExternalStore(connection.subscribe, connection.isLost);
  const wasLost = useRef(false);
  useEffect(() => {
    if (isLost) announce("The connection is lost. Trying again.", "connection");
    else if (wasLost.current) announce("The connection is back.", "connection");
    wasLost.current = isLost;
  }, [isLost]);
  if (!isLost) return null;
  return (
    <Notice kind="warning" title="The connection is lost">
      No work is lost, and anything being processed continues. This page keeps trying to reconnect.
    </Notice>
  );
}
