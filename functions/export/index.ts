import { openClock } from "#platform/clock";
import { readEnvironment, storeEnvironment } from "#platform/environment";
import { openStores } from "#records/store/clients";
import { createHandler } from "./handler.ts";

export const handler = createHandler({ stores: openStores(readEnvironment(storeEnvironment)), now: openClock() });
