import { allEnded } from "#platform/side-by-side";
import { lastPatronImport } from "#records/imports/imports";
import { requireLibrary, type StoredLibrary } from "#records/library/libraries";
import type { Store } from "#records/store/store";

export interface PatronsAsOf {
  readonly settings: StoredLibrary;
  readonly patronsAsOf: string | undefined;
}

/**
 * Names what decides whether patrons may be served at all: core records, which imports alone write, and the settings,
 * which say what statuses are closed. Where it is the same twice, so is what was found out about every patron in between.
 * Undefined while an import writes, or may still be writing: then nothing can be said.
 */
export async function loadPatronsAsOf(store: Store, now: Date): Promise<PatronsAsOf> {
  const [settings, lastImport] = await allEnded([requireLibrary(store), lastPatronImport(store, now)]);
  const patronsAsOf = lastImport === "UNDER_WAY" ? undefined : `${settings.revision}/${lastImport ?? ""}`;
  return { settings, patronsAsOf };
}
