import { openClock } from "#platform/clock";
import { readEnvironment, workEnvironment } from "#platform/environment";
import { openWork } from "#records/store/clients";
import { createHandler } from "./handler.ts";

const { stores } = openWork(readEnvironment(workEnvironment));

export const handler = createHandler({ stores, now: openClock() });
