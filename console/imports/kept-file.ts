import type { Sending } from "../api/imports.ts";

/** The file that was sent last: what was checked can be imported without being chosen again, until the page is reloaded. */
let kept: { readonly importId: string; readonly sending: Sending } | undefined;

export function keepFile(importId: string, sending: Sending): void {
  kept = { importId, sending };
}

export function keptFile(importId: string): Sending | undefined {
  return kept?.importId === importId ? kept.sending : undefined;
}
