import { openStore, openWriter } from "#platform/clients";
import { readEnvironment, storeEnvironment } from "#platform/environment";
import { createCatalogues } from "#records/catalogue";
import { createHandler } from "./handler.ts";

const store = openStore(readEnvironment(storeEnvironment));

export const handler = createHandler({ store, writer: openWriter(), catalogues: createCatalogues(store) });
