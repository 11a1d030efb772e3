import type { Example } from "../operation.ts";

/** One call to show for each operation, by its name. */
export const meExamples: Readonly<Record<string, Example>> = {
  getMe: { answer: { library: "piedmont", roles: ["administrator"], name: "piedmont-administrator" } },
};
