import { openStore } from "#platform/clients";
import { readEnvironment, storeEnvironment } from "#platform/environment";
import { createHandler } from "./handler.ts";

export const handler = createHandler({
  store: openStore(readEnvironment(storeEnvironment)),
  now: () => new Date(),
});
