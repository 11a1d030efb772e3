import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { type Catalogue, openCatalogue } from "#domain/catalogue/catalogue";
import { type CatalogueIndex, catalogueIndexSchema } from "#domain/catalogue/catalogue-index";
import type { OfLibrary } from "#domain/ids";
import { idSchema } from "#domain/text";
import { Cache, keptOrLoaded } from "#platform/cache";
import type { Store } from "#records/store/store";

const count = z.number().int().min(0);

/**
 * The one object that says which indexes make up a library's catalogue. An import of titles replaces it as its last act,
 * so a reader has the catalogue of before or of after it, in every medium.
 */
const cataloguePointerSchema = z.object({
  media: z.record(idSchema, z.object({ key: z.string(), titles: count })),
  /** The last imports that went in, with what they did, newest first: one that closes again finds itself here. */
  imports: z
    .array(
      z.object({
        importId: z.string(),
        created: count,
        replaced: count,
        unchanged: count,
        /** Chunks that were not there: should the import be started again, their titles go in. */
        missing: z.array(count).optional(),
      }),
    )
    .default([]),
});
export type CataloguePointer = z.infer<typeof cataloguePointerSchema>;

const noCatalogue: CataloguePointer = { media: {}, imports: [] };

export function cataloguePointerKey(of: OfLibrary): string {
  return `${of.library}/catalogue/pointer.json`;
}

export async function loadCataloguePointer(store: Store): Promise<CataloguePointer> {
  return (await store.objects.getJson(cataloguePointerKey(store), cataloguePointerSchema)) ?? noCatalogue;
}

/** @throws if the object is not there or not whole: the checksum of gzip tells */
export async function loadCatalogueIndex(store: Store, key: string): Promise<CatalogueIndex> {
  const bytes = await store.objects.getBytes(key);
  if (bytes === undefined) throw new Error(`The catalogue index ${key} is not there`);
  return catalogueIndexSchema.parse(JSON.parse(gunzipSync(bytes).toString("utf8")));
}

/** A library's catalogue in all media. */
export interface WholeCatalogue {
  readonly media: ReadonlyMap<string, Catalogue>;
  /** The medium of a title, undefined where no such title is known. */
  mediumOf(titleId: string): string | undefined;
}

export interface Catalogues {
  /** The catalogue of one medium as it is now; one without titles where nothing was imported. */
  ofMedium(store: Store, medium: string): Promise<Catalogue>;
  ofLibrary(store: Store): Promise<WholeCatalogue>;
}

/** Titles kept open in a warm function: some 200 MB. */
const mostTitles = 400_000;

/** Catalogues that stay open between calls: an index object never changes, only the pointer is read each time. */
export function createCatalogues(): Catalogues {
  const opened = new Cache<Promise<Catalogue>>(mostTitles);
  const open = (store: Store, key: string, titles: number) =>
    keptOrLoaded(opened, key, async () => openCatalogue(await loadCatalogueIndex(store, key)), titles);

  return {
    async ofMedium(store, medium) {
      const { media } = await loadCataloguePointer(store);
      const index = media[medium];
      return index === undefined ? emptyCatalogue(medium) : await open(store, index.key, index.titles);
    },
    async ofLibrary(store) {
      const { media } = await loadCataloguePointer(store);
      const found = new Map<string, Catalogue>();
      for (const [medium, { key, titles }] of Object.entries(media)) found.set(medium, await open(store, key, titles));
      return {
        media: found,
        mediumOf(titleId) {
          for (const [medium, catalogue] of found) if (catalogue.placeOf(titleId) !== undefined) return medium;
          return undefined;
        },
      };
    },
  };
}

function emptyCatalogue(medium: string): Catalogue {
  return openCatalogue({
    format: 1,
    medium,
    titleIds: [],
    titles: [],
    authors: [],
    authorOf: [],
    seriesNames: [],
    seriesOf: [],
    numberInSeries: [],
    codes: [],
    subjectsOf: [],
    warningsOf: [],
    languages: [],
    languageOf: [],
    days: [],
    addedOn: [],
    withdrawn: [],
    elsewhere: { titleIds: [], seriesOf: [], numbers: [] },
  });
}
