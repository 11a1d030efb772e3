import type { Route } from "./route.ts";

/** Every route of the API. A noun has a file of its own under routes/. */
export const routes: readonly Route[] = [];
