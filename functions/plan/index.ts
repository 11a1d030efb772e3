import { openClock } from "#platform/clock";
import { readEnvironment, storeEnvironment } from "#platform/environment";
import { openStore } from "#records/store/clients";
import { createHandler } from "./handler.ts";

export const handler = createHandler({
  store: openStore(readEnvironment(storeEnvironment)),
  now: openClock(),
});
