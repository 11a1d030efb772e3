import type { Example } from "../operation.ts";

const body = { name: "Nightly export", role: "staff" };
const client = {
  clientId: "1h57kf5cpq17m0eml12EXAMPLE",
  ...body,
  createdBy: "piedmont-administrator",
  createdAt: "2026-03-02T13:40:51.310Z",
};
const withSecret = { ...client, clientSecret: "shown-this-once" };

/** One call to show for each operation, by its name. */
export const clientsExamples: Readonly<Record<string, Example>> = {
  listClients: { answer: { items: [client] } },
  createClient: { body, answer: withSecret },
  getClient: { answer: client },
  rotateClientSecret: { answer: { ...withSecret, changedAt: "2026-03-03T09:12:00.500Z" } },
};
