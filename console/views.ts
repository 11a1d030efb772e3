/** Addresses of the console's views. Whatever else is asked for is no page of it: the edge answers 404 by this list. */
export const views = {
  home: "/",
  query: "/patrons",
  findPatron: "/patrons/find",
  patron: "/patron/:patronId",
  querySets: "/query-sets",
  querySet: "/query-sets/:querySetId",
  newBatchUpdate: "/query-sets/:querySetId/batch-update",
  batchUpdates: "/batch-updates",
  batchUpdate: "/batch-updates/:batchUpdateId",
  library: "/library",
  audit: "/audit",
  people: "/people",
  clients: "/clients",
  libraries: "/libraries",
  newLibrary: "/libraries/new",
  /** Where the issuer sends people back to. */
  signedIn: "/signed-in",
  signedOut: "/signed-out",
} as const;
