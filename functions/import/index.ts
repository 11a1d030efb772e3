import { openClock } from "#platform/clock";
import { readEnvironment, workEnvironment } from "#platform/environment";
import { createCatalogues } from "#records/imports/catalogue";
import { openWork } from "#records/store/clients";
import { createHandler } from "./handler.ts";

export const handler = createHandler({
  ...openWork(readEnvironment(workEnvironment)),
  catalogues: createCatalogues(),
  now: openClock(),
});
