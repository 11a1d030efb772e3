import { openClock } from "#platform/clock";
import { readEnvironment, storeEnvironment } from "#platform/environment";
import { createCatalogues } from "#records/imports/catalogue";
import { openStore, openWriter } from "#records/store/clients";
import { createHandler } from "./handler.ts";

const store = openStore(readEnvironment(storeEnvironment));

export const handler = createHandler({
  store,
  writer: openWriter(),
  catalogues: createCatalogues(store),
  now: openClock(),
});
