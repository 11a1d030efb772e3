import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { gzipSync } from "node:zlib";
import { buildCatalogueIndexes, type CatalogueIndex, titlesOf } from "#domain/catalogue/catalogue-index";
import type { Title } from "#domain/catalogue/title";
import type { Store } from "#records/store/store";
import { type CataloguePointer, cataloguePointerKey, loadCatalogueIndex, loadCataloguePointer } from "./catalogue.ts";

export interface ImportedTitles {
  readonly created: number;
  readonly replaced: number;
  readonly unchanged: number;
}

/** Imports that a catalogue remembers. Only one runs at a time; a late second closing of an older one must find itself. */
const rememberedImports = 50;

interface Options {
  /** Chunks of the file whose titles are not there. */
  readonly missing?: readonly number[];
  readonly dryRun?: boolean | undefined;
}

/**
 * Puts imported titles into a library's catalogue: all of them or, after a crash, none, and in every medium at once. A
 * title replaces the one with its id, whatever medium that was in. To be called when the import closes; calling it again
 * for the same import changes nothing and tells the same counts, but for chunks that were missing before: theirs go in, and the
 * counts are of all.
 *
 * Holds the catalogue in memory while it does so: some 150 MB for 100,000 titles.
 *
 * A dry run counts and changes nothing.
 *
 * @param titles each titleId at most once; asked for some chunks alone where the others went in before
 */
export async function importTitles(
  store: Store,
  importId: string,
  titles: (chunks?: readonly number[]) => AsyncIterable<Title> | Iterable<Title>,
  { missing = [], dryRun = false }: Options = {},
): Promise<ImportedTitles> {
  const pointer = await loadCataloguePointer(store);
  const before = pointer.imports.find((it) => it.importId === importId);
  const lacked = before?.missing ?? [];
  const come = lacked.filter((chunk) => !missing.includes(chunk));
  if (before !== undefined && come.length === 0) {
    const { created, replaced, unchanged } = before;
    return { created, replaced, unchanged };
  }
  const catalogue = new Map<string, Title>();
  for (const { key } of Object.values(pointer.media)) {
    for (const title of titlesOf(await loadCatalogueIndex(store, key))) catalogue.set(title.titleId, title);
  }
  const { created = 0, replaced = 0, unchanged = 0 } = before ?? {};
  const counts = { created, replaced, unchanged };
  for await (const title of before === undefined ? titles() : titles(come)) {
    const known = catalogue.get(title.titleId);
    if (known === undefined) counts.created++;
    else if (isDeepStrictEqual(known, title)) counts.unchanged++;
    else counts.replaced++;
    catalogue.set(title.titleId, title);
  }
  if (dryRun) return counts;
  const media: CataloguePointer["media"] = {};
  for (const [medium, index] of buildCatalogueIndexes(catalogue.values())) {
    media[medium] = { key: await storeIndex(store, index), titles: index.titleIds.length };
  }
  const others = pointer.imports.filter((it) => it !== before);
  const gone = before === undefined ? missing : lacked.filter((chunk) => missing.includes(chunk));
  const remembered = { importId, ...counts, ...(gone.length > 0 && { missing: [...gone] }) };
  const imports = [remembered, ...others].slice(0, rememberedImports);
  await store.objects.putJson(cataloguePointerKey(store), { media, imports } satisfies CataloguePointer);
  return counts;
}

/**
 * Has a library's catalogue forget that an import went in: one of that id goes in again, with whatever file it has by then.
 * The titles stay.
 *
 * @returns whether it had gone in
 */
export async function forgetImportOfTitles(store: Store, importId: string): Promise<boolean> {
  const pointer = await loadCataloguePointer(store);
  const imports = pointer.imports.filter((it) => it.importId !== importId);
  if (imports.length === pointer.imports.length) return false;
  await store.objects.putJson(cataloguePointerKey(store), { ...pointer, imports } satisfies CataloguePointer);
  return true;
}

/** Named by its content: the same index is the same object, and one that is in use is never written over. */
async function storeIndex(store: Store, index: CatalogueIndex): Promise<string> {
  const json = JSON.stringify(index);
  const name = createHash("sha256").update(json).digest("hex").slice(0, 32);
  const key = `${store.library}/catalogue/indexes/${index.medium}-${name}.json.gz`;
  if (!(await store.objects.has(key))) await store.objects.putText(key, gzipSync(json), "application/gzip");
  return key;
}
