import { openClock } from "#platform/clock";
import { readEnvironment, storeEnvironment } from "#platform/environment";
import { createCatalogues } from "#records/imports/catalogue";
import { openStores, openWriters } from "#records/store/clients";
import { createHandler } from "./handler.ts";

const environment = readEnvironment(storeEnvironment);

export const handler = createHandler({
  stores: openStores(environment),
  writers: openWriters(environment),
  catalogues: createCatalogues(),
  now: openClock(),
});
