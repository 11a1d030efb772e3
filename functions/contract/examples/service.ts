import type { Example } from "../operation.ts";

/** One call to show for each operation, by its name. */
export const serviceExamples: Readonly<Record<string, Example>> = {
  getHealth: { answer: { status: "UP" } },
  getOpenApi: {
    answer: { openapi: "3.1.1", info: { title: "Batch Update Patron Profiles", version: "1" }, paths: {} },
  },
};
